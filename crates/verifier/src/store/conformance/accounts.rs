//! Accounts, devices and attempts: what is written comes back, to whoever it belongs.

use std::sync::Arc;

use login_guard_protocol::{AccountId, AttemptId, DeviceId, Platform};

use super::Failure;
use super::rows::{
    self, account, approval, attempt, charge, device, device_put, factor, key, put_account, scope, spend_token,
};
use crate::clock::Timestamp;
use crate::store::models::Standing;
use crate::store::{AccountSnapshot, AttemptRow, Change, Commit, CommitError, DeviceRow, FactorRow, Store, StoreError};

/// Not found is none, never an error.
///
/// # Errors
/// [`Failure`].
pub(super) async fn what_is_not_there_is_none(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub(super) async fn rows_come_back_as_they_were_written(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    let attempt = attempt(Some(&key.account), 7, 1);
    let nobody = AttemptRow { account: None, sealed: Vec::new(), ..rows::attempt(None, 8, 1) };
    let suspended = DeviceRow { standing: Standing::Suspended, evidence: "Zürich 北京".into(), ..device(2)? };
    let devices = vec![device(1)?, suspended];
    let mut changes = vec![put_account(3, None), Change::SpendNonce(attempt.clone())];
    changes.extend(devices.iter().cloned().map(Change::PutDevice));
    store.commit(Commit { scope: key.clone().into(), changes }).await?;
    store.commit(Commit { scope: scope("acex", None)?, changes: vec![Change::SpendNonce(nobody.clone())] }).await?;

    assert_eq!(
        store.account(&key).await?,
        AccountSnapshot { head: Some(account(3)), devices, ..AccountSnapshot::default() }
    );
    assert_eq!(store.attempt(&key.platform, attempt.attempt).await?, Some(attempt));
    assert_eq!(store.attempt(&key.platform, nobody.attempt).await?, Some(nobody));
    Ok(())
}

/// The same account, attempt, token and budget of two platforms are two.
///
/// # Errors
/// [`Failure`].
pub(super) async fn platforms_never_meet(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub(super) async fn devices_need_an_account(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub(super) async fn snapshot_has_all_devices_in_order(store: Arc<dyn Store>) -> Result<(), Failure> {
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
pub(super) async fn device_is_found_by_its_key_on_its_platform(store: Arc<dyn Store>) -> Result<(), Failure> {
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

/// Factors of every kind come back in order; deleting removes the one; they belong to an account.
///
/// # Errors
/// [`Failure`].
pub(super) async fn factors_come_and_go_with_their_account(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    let put = [3, 1, 4, 2].map(|first| Change::PutFactor(factor(first)));
    let changes = [put_account(1, None)].into_iter().chain(put).collect();
    store.commit(Commit { scope: key.clone().into(), changes }).await?;
    assert_eq!(store.account(&key).await?.factors, [1, 2, 3, 4].map(factor));
    let renewed = FactorRow { sealed: vec![0; 3], ..factor(2) };
    let gone = Change::DeleteFactor(factor(3).factor);
    let changes = vec![put_account(2, Some(1)), Change::PutFactor(renewed.clone()), gone];
    store.commit(Commit { scope: key.clone().into(), changes }).await?;
    assert_eq!(store.account(&key).await?.factors, [factor(1), renewed, factor(4)]);
    for change in [Change::PutFactor(factor(1)), Change::DeleteFactor(factor(1).factor)] {
        let outcome = store.commit(Commit { scope: scope("acex", None)?, changes: vec![change] }).await;
        assert!(matches!(
            outcome,
            Err(CommitError::Store(StoreError::Inconsistent { table: "factors", column: "account" }))
        ));
    }
    Ok(())
}

/// Deleting removes the one device; deleting what is not there is no failure.
///
/// # Errors
/// [`Failure`].
pub(super) async fn deleted_device_is_gone(store: Arc<dyn Store>) -> Result<(), Failure> {
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
        AccountSnapshot { head: Some(account(3)), devices: vec![device(2)?], ..AccountSnapshot::default() }
    );
    Ok(())
}

/// Requests for approval are those of their account on their platform, in order of lane.
///
/// # Errors
/// [`Failure`].
pub(super) async fn approvals_are_those_of_their_account_in_order(store: Arc<dyn Store>) -> Result<(), Failure> {
    let key = key("acex", "u-1")?;
    assert_eq!(store.approvals(&key).await?, []);
    let put = |lane| Change::PutApproval(approval(lane, 1));
    store.commit(Commit { scope: key.clone().into(), changes: vec![put(9), put(1), put(255)] }).await?;
    for (platform, account) in [("acex", "u-2"), ("bcex", "u-1")] {
        store.commit(Commit { scope: scope(platform, Some(account))?, changes: vec![put(2)] }).await?;
    }
    assert_eq!(store.approvals(&key).await?, [approval(1, 1), approval(9, 1), approval(255, 1)]);
    let nobody = store.commit(Commit { scope: scope("acex", None)?, changes: vec![put(3)] }).await;
    assert!(matches!(nobody, Err(CommitError::Store(_))), "{nobody:?}");
    Ok(())
}
