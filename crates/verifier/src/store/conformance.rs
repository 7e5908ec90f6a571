//! What every store does, one function per behaviour: it panics when the store does otherwise. Each back end's tests
//! call [`all`].

#![expect(clippy::missing_panics_doc, reason = "every function here is an assertion")]

mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use login_guard_protocol::{AccountId, AttemptId, DeviceId, Platform};

use self::rows::{account, at, attempt, charge, device, device_put, key, put_account, scope, sighting, spend_token};
use super::models::Standing;
use super::{AccountSnapshot, AttemptRow, Budget, Change, Commit, CommitError, DeviceRow, Refusal, Store};
use crate::clock::Timestamp;

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
    what_is_not_there_is_none(make()).await?;
    rows_come_back_as_they_were_written(make()).await?;
    nonce_is_spent_once(make()).await?;
    nonce_is_spent_whichever_account_is_named(make()).await?;
    token_is_spent_once(make()).await?;
    stale_account_version_is_refused(make()).await?;
    stale_attempt_revision_is_refused(make()).await?;
    one_of_many_writers_of_a_version_wins(make()).await?;
    budget_is_never_exceeded(make()).await?;
    budgets_count_each_window_and_account(make()).await?;
    refund_gives_one_charge_back_and_never_more(make()).await?;
    refused_commit_writes_nothing_and_leaves_others_alone(make()).await?;
    platforms_never_meet(make()).await?;
    devices_need_an_account(make()).await?;
    snapshot_has_all_devices_in_order(make()).await?;
    device_is_found_by_its_key_on_its_platform(make()).await?;
    deleted_device_is_gone(make()).await?;
    accounts_are_counted_once_in_each_release_and_shift(make()).await?;
    sightings_go_when_they_expire_and_with_a_refused_commit(make()).await?;
    purge_is_exact_at_the_instant(make()).await
}

/// Not found is none, never an error.
///
/// # Errors
/// [`Failure`].
pub async fn what_is_not_there_is_none(store: Arc<dyn Store>) -> Result<(), Failure> {
    store.ping().await?;
    assert_eq!(store.account(&key("acex", "u-1")?).await?, AccountSnapshot::default());
    assert_eq!(store.attempt(&Platform::parse("acex")?, AttemptId::from_bytes([1; 16])).await?, None);
    assert_eq!(store.purge(Timestamp::from_millis(u64::MAX / 2)).await?, 0);
    Ok(())
}

/// Every field survives.
///
/// # Errors
/// [`Failure`].
pub async fn rows_come_back_as_they_were_written(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    let attempt = attempt(Some(&key.account), 7, 1);
    let nobody = AttemptRow { account: None, sealed: Vec::new(), ..rows::attempt(None, 8, 1) };
    let suspended = DeviceRow { standing: Standing::Suspended, evidence: "Zürich 北京".into(), ..device(2)? };
    let devices = vec![device(1)?, suspended];
    let mut changes = vec![put_account(3, None), Change::SpendNonce(attempt.clone())];
    changes.extend(devices.iter().cloned().map(Change::PutDevice));
    store.commit(Commit { scope: key.clone().into(), changes }).await?;
    store.commit(Commit { scope: scope("acex", None)?, changes: vec![Change::SpendNonce(nobody.clone())] }).await?;

    assert_eq!(store.account(&key).await?, AccountSnapshot { head: Some(account(3)), devices, garbled: Vec::new() });
    assert_eq!(store.attempt(&key.platform, attempt.attempt).await?, Some(attempt));
    assert_eq!(store.attempt(&key.platform, nobody.attempt).await?, Some(nobody));
    Ok(())
}

/// Of many callers that spend one nonce at once, one succeeds.
///
/// # Errors
/// [`Failure`].
pub async fn nonce_is_spent_once(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub async fn nonce_is_spent_whichever_account_is_named(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub async fn token_is_spent_once(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub async fn stale_account_version_is_refused(store: Arc<dyn Store>) -> Result<(), Failure> {
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
    assert_eq!(stored, AccountSnapshot { head: Some(account(1)), devices: Vec::new(), garbled: Vec::new() });
    assert_eq!(store.attempt(&key.platform, AttemptId::from_bytes([7; 16])).await?, None);
    write(vec![put_account(2, Some(1)), spend_token(7, 1_000)]).await?;
    assert_eq!(store.account(&key).await?.head, Some(account(2)));
    Ok(())
}

/// An attempt is written against the revision before its own, under its own account.
///
/// # Errors
/// [`Failure`].
pub async fn stale_attempt_revision_is_refused(store: Arc<dyn Store>) -> Result<(), Failure> {
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

/// Of many callers that read one version and write the next, one succeeds.
///
/// # Errors
/// [`Failure`].
pub async fn one_of_many_writers_of_a_version_wins(store: Arc<dyn Store>) -> Result<(), Failure> {
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

/// However many charge at once, a budget never gives more than its limit.
///
/// # Errors
/// [`Failure`].
pub async fn budget_is_never_exceeded(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub async fn budgets_count_each_window_and_account(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub async fn refund_gives_one_charge_back_and_never_more(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub async fn refused_commit_writes_nothing_and_leaves_others_alone(store: Arc<dyn Store>) -> Result<(), Failure> {
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

/// The same account, attempt, token and budget of two platforms are two.
///
/// # Errors
/// [`Failure`].
pub async fn platforms_never_meet(store: Arc<dyn Store>) -> Result<(), Failure> {
    for (version, platform) in [(1, "acex"), (2, "bcex")] {
        let key = key(platform, "u-1")?;
        let row = AttemptRow { sealed: platform.into(), ..attempt(Some(&key.account), 7, 1) };
        let changes = vec![
            Change::SpendNonce(row),
            spend_token(7, 1_000),
            charge("sends", 0, 1),
            put_account(version, None),
            Change::PutDevice(DeviceRow { confirmed_by: platform.into(), ..device(1)? }),
        ];
        store.commit(Commit { scope: key.into(), changes }).await?;
    }
    for (version, platform) in [(1, "acex"), (2, "bcex")] {
        let key = key(platform, "u-1")?;
        let stored = store.account(&key).await?;
        assert_eq!(stored.head, Some(account(version)));
        assert_eq!(stored.devices.iter().map(|row| row.confirmed_by.as_str()).collect::<Vec<_>>(), [platform]);
        let attempt = store.attempt(&key.platform, AttemptId::from_bytes([7; 16])).await?;
        assert_eq!(attempt.map(|row| row.sealed), Some(platform.into()));
    }
    Ok(())
}

/// A device or account row without an account is refused, and so is an attempt under another account than its own.
///
/// # Errors
/// [`Failure`].
pub async fn devices_need_an_account(store: Arc<dyn Store>) -> Result<(), Failure> {
    let foreign = attempt(Some(&AccountId::parse("u-1")?), 7, 1);
    let misplaced = [
        Change::DeleteDevice(DeviceId::from_bytes([1; 16])),
        put_account(1, None),
        Change::PutDevice(device(1)?),
        Change::SpendNonce(foreign.clone()),
        Change::UpdateAttempt(foreign),
    ];
    for change in misplaced {
        let outcome = store.commit(Commit { scope: scope("acex", None)?, changes: vec![change] }).await;
        assert!(matches!(outcome, Err(CommitError::Store(_))), "{outcome:?}");
    }
    Ok(())
}

/// All devices of the account come, and no other's, in order of device id.
///
/// # Errors
/// [`Failure`].
pub async fn snapshot_has_all_devices_in_order(store: Arc<dyn Store>) -> Result<(), Failure> {
    for account in ["u-1", "u-10", "u-0"] {
        let mut changes = vec![put_account(1, None)];
        for first in [9, 1, 255, 0, 128] {
            changes.push(device_put(first)?);
        }
        store.commit(Commit { scope: key("acex", account)?.into(), changes }).await?;
    }
    let stored = store.account(&key("acex", "u-1")?).await?;
    let firsts: Vec<u8> = stored.devices.iter().map(|row| row.device.as_bytes()[0]).collect();
    assert_eq!(firsts, [0, 1, 9, 128, 255]);
    Ok(())
}

/// A key leads to the devices that have it, on its own platform only.
///
/// # Errors
/// [`Failure`].
pub async fn device_is_found_by_its_key_on_its_platform(store: Arc<dyn Store>) -> Result<(), Failure> {
    let (of_alice, of_bob) = (key("acex", "u-1")?, key("acex", "u-2")?);
    let (mine, other) = (device(3)?, device(4)?);
    for owner in [&of_alice, &of_bob] {
        let changes = vec![put_account(1, None), Change::PutDevice(mine.clone()), Change::PutDevice(other.clone())];
        store.commit(Commit { scope: owner.clone().into(), changes }).await?;
    }
    let id = mine.public_key.key_id();
    let mut found = store.devices_by_key(&of_alice.platform, &id).await?;
    found.sort_by(|(one, _), (another, _)| one.as_str().cmp(another.as_str()));
    assert_eq!(found, [(of_alice.account.clone(), mine.clone()), (of_bob.account.clone(), mine.clone())]);
    assert_eq!(store.devices_by_key(&key("other", "u-1")?.platform, &id).await?, []);
    let changes = vec![put_account(2, Some(1)), Change::DeleteDevice(mine.device)];
    store.commit(Commit { scope: of_bob.into(), changes }).await?;
    assert_eq!(store.devices_by_key(&of_alice.platform, &id).await?, [(of_alice.account, mine)]);
    Ok(())
}

/// Deleting removes the one device; deleting what is not there is no failure.
///
/// # Errors
/// [`Failure`].
pub async fn deleted_device_is_gone(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    let changes = vec![put_account(1, None), device_put(1)?, device_put(2)?];
    store.commit(Commit { scope: key.clone().into(), changes }).await?;
    for version in [2, 3] {
        let gone = Change::DeleteDevice(DeviceId::from_bytes([1; 16]));
        let changes = vec![put_account(version, Some(version - 1)), gone];
        store.commit(Commit { scope: key.clone().into(), changes }).await?;
    }
    assert_eq!(
        store.account(&key).await?,
        AccountSnapshot { head: Some(account(3)), devices: vec![device(2)?], garbled: Vec::new() }
    );
    Ok(())
}

/// What expires at the given moment stays; what expired a millisecond earlier goes. Nothing else does.
///
/// # Errors
/// [`Failure`].
pub async fn purge_is_exact_at_the_instant(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    let mut changes = vec![put_account(1, None), device_put(1)?];
    for (number, expires_at) in [(1, 999), (2, 1_000), (3, 1_001)] {
        let row = AttemptRow { expires_at: at(expires_at), ..attempt(Some(&key.account), number, 1) };
        changes.push(Change::SpendNonce(row));
        changes.push(spend_token(number, expires_at));
        let budget = Budget { name: "sends".into(), window: at(number.into()), limit: 1, expires_at: at(expires_at) };
        changes.push(Change::ChargeBudget(budget));
    }
    store.commit(Commit { scope: key.clone().into(), changes }).await?;
    assert_eq!(store.purge(at(999)).await?, 0);
    assert_eq!(store.purge(at(1_000)).await?, 3);
    for number in 1..=3 {
        let stored = store.attempt(&key.platform, AttemptId::from_bytes([number; 16])).await?;
        assert_eq!(stored.is_some(), number > 1);
        let again = Commit { scope: key.clone().into(), changes: vec![spend_token(number, 2_000)] };
        let kept = (number > 1).then_some(Refusal::Spent);
        assert_eq!(refusal(&store.commit(again).await), kept, "token {number}");
        let charge = Commit { scope: key.clone().into(), changes: vec![charge("sends", number.into(), 1)] };
        let kept = (number > 1).then_some(Refusal::Exhausted);
        assert_eq!(refusal(&store.commit(charge).await), kept, "budget {number}");
    }
    assert_eq!(store.account(&key).await?.devices, [device(1)?]);
    Ok(())
}

/// An account counts once for each release and shift, however often and in however many windows it was seen; not before
/// the window that is asked for, and on its own platform only.
///
/// # Errors
/// [`Failure`].
pub async fn accounts_are_counted_once_in_each_release_and_shift(store: Arc<dyn Store>) -> Result<(), Failure> {
    let seen = |release, shift, account, window| Change::PutSighting(sighting(release, shift, account, window));
    let changes = vec![
        seen(1, "", 1, 1_000),
        seen(1, "", 1, 1_000),
        seen(1, "", 1, 2_000),
        seen(1, "", 2, 2_000),
        seen(1, "canvas", 2, 2_000),
        seen(1, "", 3, 0),
        seen(2, "", 1, 2_000),
    ];
    store.commit(Commit { scope: scope("acex", Some("u-1"))?, changes: changes.clone() }).await?;
    store.commit(Commit { scope: scope("acex", Some("u-2"))?, changes }).await?;
    let elsewhere = vec![seen(1, "", 4, 2_000)];
    store.commit(Commit { scope: scope("bcex", Some("u-1"))?, changes: elsewhere }).await?;
    let acex = Platform::parse("acex")?;
    for (release, since, expected) in [
        (1, 1_000, vec![("", 2), ("canvas", 1)]),
        (1, 1_001, vec![("", 2), ("canvas", 1)]),
        (1, 0, vec![("", 3), ("canvas", 1)]),
        (1, 2_001, vec![]),
        (2, 0, vec![("", 1)]),
        (3, 0, vec![]),
    ] {
        let expected: BTreeMap<String, u32> = expected.into_iter().map(|(shift, n)| (shift.to_owned(), n)).collect();
        assert_eq!(store.sightings(&acex, [release; 16], at(since)).await?, expected, "{release} since {since}");
    }
    Ok(())
}

/// Sightings expire as other rows do, and are part of their commit.
///
/// # Errors
/// [`Failure`].
pub async fn sightings_go_when_they_expire_and_with_a_refused_commit(store: Arc<dyn Store>) -> Result<(), Failure> {
    let (acex, seen) = (Platform::parse("acex")?, Change::PutSighting(sighting(1, "", 1, 1_000)));
    let refused = vec![seen.clone(), charge("none left", 0, 0)];
    let outcome = store.commit(Commit { scope: scope("acex", Some("u-1"))?, changes: refused }).await;
    assert_eq!(refusal(&outcome), Some(Refusal::Exhausted));
    assert!(store.sightings(&acex, [1; 16], at(0)).await?.is_empty());

    store.commit(Commit { scope: scope("acex", Some("u-1"))?, changes: vec![seen] }).await?;
    let expires_at = sighting(1, "", 1, 1_000).expires_at;
    assert_eq!(store.purge(expires_at).await?, 0);
    assert_eq!(store.sightings(&acex, [1; 16], at(0)).await?.len(), 1);
    assert_eq!(store.purge(at(expires_at.as_millis() + 1)).await?, 1);
    assert!(store.sightings(&acex, [1; 16], at(0)).await?.is_empty());
    Ok(())
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
