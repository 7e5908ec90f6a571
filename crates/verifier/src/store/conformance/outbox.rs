//! Messages that wait.

use std::sync::Arc;

use super::rows::{at, key, message, scope};
use super::{CALLERS, Failure, at_once, tally};
use crate::store::{Change, Commit, CommitError, OutboxRow, Refusal, Store, StoreError};

/// Messages of all accounts come when they are due, the one due longest first, no more than asked for; a removed one does not. They
/// belong to an account.
///
/// # Errors
/// [`Failure`].
pub(super) async fn messages_are_given_when_due_and_longest_due_first(store: Arc<dyn Store>) -> Result<(), Failure> {
    let (alice, bob) = (key("acex", "u-1")?, key("bcex", "u-2")?);
    for (owner, numbers) in [(&alice, [3, 1]), (&bob, [2, 4])] {
        let changes = numbers.map(|number| Change::PutMessage(message(number, 1))).into();
        store.commit(Commit { scope: owner.clone().into(), changes }).await?;
    }
    assert_eq!(store.outbox_due(at(1_000), 9).await?, []);
    let due = [(alice.clone(), message(1, 1)), (bob.clone(), message(2, 1)), (alice.clone(), message(3, 1))];
    assert_eq!(store.outbox_due(at(1_003), 9).await?, due);
    assert_eq!(store.outbox_due(at(1_003), 2).await?, due[..2]);
    let later = OutboxRow { due_at: at(5_000), ..message(1, 2) };
    let changes = vec![Change::PutMessage(later.clone()), Change::DeleteMessage(message(3, 1).message)];
    store.commit(Commit { scope: alice.clone().into(), changes }).await?;
    assert_eq!(store.outbox_due(at(1_003), 9).await?, due[1..2]);
    assert_eq!(store.outbox_due(at(5_000), 9).await?.last(), Some(&(alice, later)));
    for change in [Change::PutMessage(message(7, 1)), Change::DeleteMessage(message(7, 1).message)] {
        let outcome = store.commit(Commit { scope: scope("acex", None)?, changes: vec![change] }).await;
        assert!(matches!(
            outcome,
            Err(CommitError::Store(StoreError::Inconsistent { table: "outbox", column: "account" }))
        ));
    }
    Ok(())
}

/// Of many who take one message, one does.
///
/// # Errors
/// [`Failure`].
pub(super) async fn one_of_many_takes_a_message(store: Arc<dyn Store>) -> Result<(), Failure> {
    let owner = key("acex", "u-1")?;
    let commit =
        |revision| Commit { scope: owner.clone().into(), changes: vec![Change::PutMessage(message(1, revision))] };
    store.commit(commit(1)).await?;
    let outcomes = at_once(&store, (0..CALLERS).map(|_| commit(2))).await?;
    assert_eq!(tally(&outcomes, Refusal::Stale), (1, usize::from(CALLERS) - 1));
    Ok(())
}
