//! What every store does, one function per behaviour: it panics when the store does otherwise. Each back end's tests
//! call [`all`].

mod accounts;
mod budgets;
mod expiry;
mod once;
mod outbox;
mod rows;

use std::sync::Arc;

use super::{Commit, CommitError, Refusal, Store};

/// Makes an empty store.
pub type MakeStore<'a> = &'a (dyn Fn() -> Arc<dyn Store> + Sync);

/// Why a behaviour could not be shown: an error that the behaviour does not provoke.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How many callers try at once.
const CALLERS: u8 = 32;

/// Runs every behaviour, each on a store of its own.
///
/// # Errors
/// [`Failure`].
pub async fn all(make: MakeStore<'_>) -> Result<(), Failure> {
    accounts::what_is_not_there_is_none(make()).await?;
    accounts::rows_come_back_as_they_were_written(make()).await?;
    once::nonce_is_spent_once(make()).await?;
    once::nonce_is_spent_whichever_account_is_named(make()).await?;
    once::token_is_spent_once(make()).await?;
    once::stale_account_version_is_refused(make()).await?;
    once::stale_attempt_revision_is_refused(make()).await?;
    once::stale_approval_revision_is_refused(make()).await?;
    once::one_of_many_writers_of_a_version_wins(make()).await?;
    budgets::budget_is_never_exceeded(make()).await?;
    budgets::budgets_count_each_window_and_account(make()).await?;
    budgets::refund_gives_one_charge_back_and_never_more(make()).await?;
    budgets::refused_commit_writes_nothing_and_leaves_others_alone(make()).await?;
    accounts::platforms_never_meet(make()).await?;
    accounts::devices_need_an_account(make()).await?;
    accounts::snapshot_has_all_devices_in_order(make()).await?;
    accounts::factors_come_and_go_with_their_account(make()).await?;
    accounts::approvals_are_those_of_their_account_in_order(make()).await?;
    accounts::device_is_found_by_its_key_on_its_platform(make()).await?;
    accounts::deleted_device_is_gone(make()).await?;
    expiry::accounts_are_counted_once_in_each_release_and_shift(make()).await?;
    expiry::sightings_go_when_they_expire_and_with_a_refused_commit(make()).await?;
    outbox::messages_are_given_when_due_and_longest_due_first(make()).await?;
    outbox::one_of_many_takes_a_message(make()).await?;
    expiry::purge_is_exact_at_the_instant(make()).await
}

/// Commits all at once, each from its own task.
async fn at_once(
    store: &Arc<dyn Store>,
    commits: impl IntoIterator<Item = Commit>,
) -> Result<Vec<Result<(), CommitError>>, Failure> {
    let start = Arc::new(tokio::sync::Barrier::new(usize::from(CALLERS)));
    let tasks: Vec<_> = commits
        .into_iter()
        .map(|commit| {
            let (store, start) = (Arc::clone(store), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                store.commit(commit).await
            })
        })
        .collect();
    let mut outcomes = Vec::with_capacity(tasks.len());
    for task in tasks {
        outcomes.push(task.await?);
    }
    Ok(outcomes)
}

/// How many were accepted, and how many refused in the expected way.
fn tally(outcomes: &[Result<(), CommitError>], expected: Refusal) -> (usize, usize) {
    let count = |wanted| outcomes.iter().filter(|outcome| refusal(outcome) == wanted && !failed(outcome)).count();
    (count(None), count(Some(expected)))
}

fn refusal(outcome: &Result<(), CommitError>) -> Option<Refusal> {
    assert!(!failed(outcome), "{outcome:?}");
    match outcome {
        Err(CommitError::Refused(refusal)) => Some(*refusal),
        _ => None,
    }
}

fn failed(outcome: &Result<(), CommitError>) -> bool {
    matches!(outcome, Err(CommitError::Store(_)))
}
