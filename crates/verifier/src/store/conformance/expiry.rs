//! Sightings, and what expires.

use std::collections::BTreeMap;
use std::sync::Arc;

use login_guard_protocol::{AttemptId, Platform};

use super::rows::{approval, at, attempt, charge, device, device_put, key, put_account, scope, sighting, spend_token};
use super::{Failure, refusal};
use crate::store::{ApprovalRow, AttemptRow, Budget, Change, Commit, Refusal, Store};

/// What expires at the given moment stays; what expired a millisecond earlier goes. Nothing else does.
///
/// # Errors
/// [`Failure`].
pub(super) async fn purge_is_exact_at_the_instant(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    let mut changes = vec![put_account(1, None), device_put(1)?];
    for (number, expires_at) in [(1, 999), (2, 1_000), (3, 1_001)] {
        let row = AttemptRow { expires_at: at(expires_at), ..attempt(Some(&key.account), number, 1) };
        changes.push(Change::SpendNonce(row));
        changes.push(spend_token(number, expires_at));
        changes.push(Change::PutApproval(ApprovalRow { expires_at: at(expires_at), ..approval(number, 1) }));
        let budget = Budget { name: "sends".into(), window: at(number.into()), limit: 1, expires_at: at(expires_at) };
        changes.push(Change::ChargeBudget(budget));
    }
    store.commit(Commit { scope: key.clone().into(), changes }).await?;
    assert_eq!(store.purge(at(999)).await?, 0);
    assert_eq!(store.purge(at(1_000)).await?, 4);
    let lanes: Vec<u8> = store.approvals(&key).await?.iter().map(|row| row.lane[0]).collect();
    assert_eq!(lanes, [2, 3]);
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
pub(super) async fn accounts_are_counted_once_in_each_release_and_shift(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub(super) async fn sightings_go_when_they_expire_and_with_a_refused_commit(
    store: Arc<dyn Store>,
) -> Result<(), Failure> {
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
