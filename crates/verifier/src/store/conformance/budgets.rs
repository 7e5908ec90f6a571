//! Budgets, and commits of which one change is refused.

use std::sync::Arc;

use login_guard_protocol::AttemptId;

use super::rows::{self, attempt, charge, scope};
use super::{CALLERS, Failure, at_once, refusal, tally};
use crate::store::{Change, Commit, Refusal, Store};

/// However many charge at once, a budget never gives more than its limit.
///
/// # Errors
/// [`Failure`].
pub(super) async fn budget_is_never_exceeded(store: Arc<dyn Store>) -> Result<(), Failure> {
    for limit in [0, 1, 5] {
        let scope = scope("acex", Some("u-1"))?;
        let charge = |_| Commit { scope: scope.clone(), changes: vec![charge(&format!("of {limit}"), 0, limit)] };
        let outcomes = at_once(&store, (0..CALLERS).map(charge)).await?;
        let granted = usize::try_from(limit)?;
        assert_eq!(tally(&outcomes, Refusal::Exhausted), (granted, usize::from(CALLERS) - granted));
    }
    Ok(())
}

/// Another window, another name or another account is another counter; charges of one commit add up.
///
/// # Errors
/// [`Failure`].
pub(super) async fn budgets_count_each_window_and_account(store: Arc<dyn Store>) -> Result<(), Failure> {
    let commit = |account, changes| -> Result<_, Failure> {
        Ok(store.commit(Commit { scope: scope("acex", account)?, changes }))
    };
    for account in [Some("u-1"), Some("u-2"), None] {
        for (name, window) in [("sends", 0), ("sends", 1), ("tries", 0)] {
            commit(account, vec![charge(name, window, 1)])?.await?;
            let again = commit(account, vec![charge(name, window, 1)])?.await;
            assert_eq!(refusal(&again), Some(Refusal::Exhausted));
        }
    }
    let twice = vec![charge("pair", 0, 2), charge("pair", 0, 2)];
    assert_eq!(refusal(&commit(None, [twice.clone(), twice.clone()].concat())?.await), Some(Refusal::Exhausted));
    commit(None, twice)?.await?;
    Ok(())
}

/// A refund gives one charge back; of a counter without charges there is nothing to give.
///
/// # Errors
/// [`Failure`].
pub(super) async fn refund_gives_one_charge_back_and_never_more(store: Arc<dyn Store>) -> Result<(), Failure> {
    let commit = |change| -> Result<_, Failure> {
        Ok(store.commit(Commit { scope: scope("acex", Some("u-1"))?, changes: vec![change] }))
    };
    for _ in 0..2 {
        commit(Change::RefundBudget(rows::budget("sends", 0, 1)))?.await?;
    }
    for _ in 0..2 {
        commit(charge("sends", 0, 1))?.await?;
        assert_eq!(refusal(&commit(charge("sends", 0, 1))?.await), Some(Refusal::Exhausted));
        commit(Change::RefundBudget(rows::budget("sends", 0, 1)))?.await?;
    }
    Ok(())
}

/// A commit whose last change is refused leaves nothing behind, and those written at the same time stand.
///
/// # Errors
/// [`Failure`].
pub(super) async fn refused_commit_writes_nothing_and_leaves_others_alone(
    store: Arc<dyn Store>,
) -> Result<(), Failure> {
    let scope = scope("acex", Some("u-1"))?;
    let commit = |caller: u8| {
        let mut changes =
            vec![Change::SpendNonce(attempt(scope.account.as_ref(), caller, 1)), charge("shared", 0, u32::MAX)];
        // every other caller asks for something that is refused after it has written
        changes.extend((caller % 2 == 1).then(|| charge("none left", 0, 0)));
        Commit { scope: scope.clone(), changes }
    };
    let outcomes = at_once(&store, (0..CALLERS).map(commit)).await?;
    for (caller, outcome) in (0..CALLERS).zip(&outcomes) {
        let refused = caller % 2 == 1;
        assert_eq!(refusal(outcome), refused.then_some(Refusal::Exhausted));
        let stored = store.attempt(&scope.platform, AttemptId::from_bytes([caller; 16])).await?;
        assert_eq!(stored.is_none(), refused);
    }
    let half = u32::from(CALLERS / 2);
    let charge_up_to = |limit| store.commit(Commit { scope: scope.clone(), changes: vec![charge("shared", 0, limit)] });
    assert_eq!(refusal(&charge_up_to(half).await), Some(Refusal::Exhausted), "accepted commits were counted");
    charge_up_to(half + 1).await?;
    Ok(())
}
