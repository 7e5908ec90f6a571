//! What is spent once, and versions of which one writer wins.

use std::sync::Arc;

use login_guard_protocol::AttemptId;

use super::rows::{account, approval, attempt, device, device_put, key, put_account, scope, spend_token};
use super::{CALLERS, Failure, at_once, refusal, tally};
use crate::store::{AccountSnapshot, AttemptRow, Change, Commit, Refusal, Store};

/// Of many callers that spend one nonce at once, one succeeds.
///
/// # Errors
/// [`Failure`].
pub(super) async fn nonce_is_spent_once(store: Arc<dyn Store>) -> Result<(), Failure> {
    let scope = scope("acex", Some("u-1"))?;
    let spend = |caller: u8| {
        let row = AttemptRow { sealed: vec![caller; 600], ..attempt(scope.account.as_ref(), 7, 1) };
        Commit { scope: scope.clone(), changes: vec![Change::SpendNonce(row)] }
    };
    let outcomes = at_once(&store, (0..CALLERS).map(spend)).await?;
    assert_eq!(tally(&outcomes, Refusal::Spent), (1, usize::from(CALLERS) - 1));
    let winner = (0..CALLERS).zip(&outcomes).find(|(_, outcome)| outcome.is_ok()).map(|(caller, _)| caller);
    let stored = store.attempt(&scope.platform, AttemptId::from_bytes([7; 16])).await?;
    assert_eq!(stored.and_then(|row| row.sealed.first().copied()), winner, "the winner's row is the one that is kept");
    Ok(())
}

/// A nonce spent for one account, or for none, is spent for all of the platform.
///
/// # Errors
/// [`Failure`].
pub(super) async fn nonce_is_spent_whichever_account_is_named(store: Arc<dyn Store>) -> Result<(), Failure> {
    for (number, account) in [Some("u-1"), Some("u-2"), None].into_iter().enumerate() {
        let scope = scope("acex", account)?;
        let change = Change::SpendNonce(attempt(scope.account.as_ref(), 7, 1));
        let outcome = store.commit(Commit { scope, changes: vec![change] }).await;
        assert_eq!(refusal(&outcome), (number > 0).then_some(Refusal::Spent));
    }
    Ok(())
}

/// Of many callers that spend one verdict token at once, one succeeds.
///
/// # Errors
/// [`Failure`].
pub(super) async fn token_is_spent_once(store: Arc<dyn Store>) -> Result<(), Failure> {
    let scope = scope("acex", Some("u-1"))?;
    let spend = |_| Commit { scope: scope.clone(), changes: vec![spend_token(7, 1_000)] };
    let outcomes = at_once(&store, (0..CALLERS).map(spend)).await?;
    assert_eq!(tally(&outcomes, Refusal::Spent), (1, usize::from(CALLERS) - 1));
    Ok(())
}

/// Writing against a version that is not the stored one is refused, together with all that goes along.
///
/// # Errors
/// [`Failure`].
pub(super) async fn stale_account_version_is_refused(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    let write = |changes| store.commit(Commit { scope: key.clone().into(), changes });
    assert_eq!(refusal(&write(vec![put_account(2, Some(1))]).await), Some(Refusal::Stale), "there is none yet");
    write(vec![put_account(1, None)]).await?;
    assert_eq!(refusal(&write(vec![put_account(1, None)]).await), Some(Refusal::Stale), "there is one");

    let along = vec![
        Change::SpendNonce(attempt(Some(&key.account), 7, 1)),
        Change::PutDevice(device(1)?),
        spend_token(7, 1_000),
        put_account(3, Some(2)),
    ];
    assert_eq!(refusal(&write(along).await), Some(Refusal::Stale));
    let stored = store.account(&key).await?;
    assert_eq!(stored, AccountSnapshot { head: Some(account(1)), ..AccountSnapshot::default() });
    assert_eq!(store.attempt(&key.platform, AttemptId::from_bytes([7; 16])).await?, None);
    write(vec![put_account(2, Some(1)), spend_token(7, 1_000)]).await?;
    assert_eq!(store.account(&key).await?.head, Some(account(2)));
    Ok(())
}

/// An attempt is written against the revision before its own, under its own account.
///
/// # Errors
/// [`Failure`].
pub(super) async fn stale_attempt_revision_is_refused(store: Arc<dyn Store>) -> Result<(), Failure> {
    let owner = scope("acex", Some("u-1"))?;
    let update = |revision| {
        let row = attempt(owner.account.as_ref(), 7, revision);
        store.commit(Commit { scope: owner.clone(), changes: vec![Change::UpdateAttempt(row)] })
    };
    assert_eq!(refusal(&update(1).await), Some(Refusal::Stale), "there is none yet");
    let first = Change::SpendNonce(attempt(owner.account.as_ref(), 7, 1));
    store.commit(Commit { scope: owner.clone(), changes: vec![first] }).await?;
    update(2).await?;
    for revision in [0, 1, 2, 4] {
        assert_eq!(refusal(&update(revision).await), Some(Refusal::Stale), "revision {revision} after 2");
    }
    let stranger = scope("acex", Some("u-2"))?;
    let change = Change::UpdateAttempt(attempt(stranger.account.as_ref(), 7, 3));
    let outcome = store.commit(Commit { scope: stranger, changes: vec![change] }).await;
    assert_eq!(refusal(&outcome), Some(Refusal::Stale), "another account's attempt");
    update(3).await?;
    let stored = store.attempt(&owner.platform, AttemptId::from_bytes([7; 16])).await?;
    assert_eq!(stored, Some(attempt(owner.account.as_ref(), 7, 3)));
    Ok(())
}

/// A request for approval is written against the revision before its own: one lane has one, whoever asks at the same moment.
///
/// # Errors
/// [`Failure`].
pub(super) async fn stale_approval_revision_is_refused(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    let put =
        |revision| Commit { scope: key.clone().into(), changes: vec![Change::PutApproval(approval(7, revision))] };
    assert_eq!(refusal(&store.commit(put(2)).await), Some(Refusal::Stale), "there is none yet");
    let outcomes = at_once(&store, (0..CALLERS).map(|_| put(1))).await?;
    assert_eq!(tally(&outcomes, Refusal::Stale), (1, usize::from(CALLERS) - 1));
    for revision in [0, 1, 3] {
        assert_eq!(refusal(&store.commit(put(revision)).await), Some(Refusal::Stale), "revision {revision} after 1");
    }
    let along = vec![Change::PutApproval(approval(7, 2)), Change::PutApproval(approval(8, 2))];
    let outcome = store.commit(Commit { scope: key.clone().into(), changes: along }).await;
    assert_eq!(refusal(&outcome), Some(Refusal::Stale), "the other lane has none");
    assert_eq!(store.approvals(&key).await?, [approval(7, 1)]);
    store.commit(put(2)).await?;
    assert_eq!(store.approvals(&key).await?, [approval(7, 2)]);
    Ok(())
}

/// Of many callers that read one version and write the next, one succeeds.
///
/// # Errors
/// [`Failure`].
pub(super) async fn one_of_many_writers_of_a_version_wins(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    for version in 1..=4 {
        let write = |caller: u8| -> Result<Commit, Failure> {
            let changes = vec![put_account(version, version.checked_sub(1).filter(|v| *v > 0)), device_put(caller)?];
            Ok(Commit { scope: key.clone().into(), changes })
        };
        let commits = (0..CALLERS).map(write).collect::<Result<Vec<_>, _>>()?;
        let outcomes = at_once(&store, commits).await?;
        assert_eq!(tally(&outcomes, Refusal::Stale), (1, usize::from(CALLERS) - 1));
    }
    assert_eq!(store.account(&key).await?.head, Some(account(4)));
    Ok(())
}
