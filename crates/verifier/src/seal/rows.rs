//! Row MACs: whoever can write to the store, but has not the keys, cannot make, change, move or remove a device unseen.
//!
//! Each device row carries a MAC over all its fields; the account's row carries one over its version and the digest of
//! all live device MACs. What [`verify`] gives is the only way to a [`VerifiedDevice`].

use std::ops::Deref;

use login_guard_protocol::{DeviceId, Digest, FactorId, Transcript};
use subtle::ConstantTimeEq;

use super::{KeyUse, Keys};
use crate::clock::Timestamp;
use crate::store::models::{AccountKey, AccountRow, AccountSnapshot, DeviceRow, FactorRow};

/// An account as far as it could be authenticated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifiedAccount {
    /// The stored version, to commit against; none when the account was never enrolled. Proves nothing when
    /// [`Self::is_tampered`].
    pub version: Option<u64>,
    /// The restore epoch in which the account's row was written.
    pub epoch: Option<u32>,
    /// The devices whose rows are ours, in order of device id; none at all when the account's row is not.
    pub devices: Vec<VerifiedDevice>,
    /// The factors that the account's row answers for, in order of factor id; none at all when it is not ours.
    pub factors: Vec<VerifiedFactor>,
    /// The factors of an account whose row does not answer for them; none of an account whose row does. Each is still sealed for this
    /// account, or does not open, and may be an old one: enough to go on writing to the address that was pinned, and for nothing else.
    pub unanswered: Vec<FactorRow>,
    /// What failed; each is a cause for alarm.
    pub failures: Vec<IntegrityFailure>,
    /// Every device row that is stored, authentic or not: a new head must answer for all of them.
    pub stored: Vec<DeviceId>,
    /// Every factor row that is stored, likewise.
    pub stored_factors: Vec<FactorId>,
    /// From when on the account's value is frozen, as the account's row says it.
    frozen_at: Option<Timestamp>,
}

impl VerifiedAccount {
    /// Whether any of the account's rows was changed by somebody without the keys.
    pub fn is_tampered(&self) -> bool {
        !self.failures.is_empty()
    }

    /// From when on the account's value is frozen, if it is. Where any row is not ours it is, from now on: what was lost with it may
    /// be what protected the account.
    pub fn value_frozen_at(&self, now: Timestamp) -> Option<Timestamp> {
        let lost = |failure: &IntegrityFailure| {
            matches!(failure, IntegrityFailure::AccountMissing | IntegrityFailure::AccountMac)
        };
        let frozen_at = self.frozen_at.filter(|_| !self.failures.iter().any(lost));
        frozen_at.or_else(|| self.is_tampered().then_some(now))
    }
}

/// What did not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IntegrityFailure {
    /// A device's row makes no sense any more.
    DeviceGarbled(DeviceId),
    /// A factor's row makes no sense any more.
    FactorGarbled(FactorId),
    /// There are devices or factors, but no account row.
    AccountMissing,
    /// The account row's MAC is not ours.
    AccountMac,
    /// A device's MAC is not ours.
    DeviceMac(DeviceId),
    /// The devices or factors are not those of the account row: one was removed, added or replaced.
    RowsDigest,
}

/// A device whose row is authentic. Only [`verify`] and [`verify_device`] make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedDevice(DeviceRow);

impl VerifiedDevice {
    /// The row, to be changed and sealed again.
    pub fn into_row(self) -> DeviceRow {
        self.0
    }
}

impl Deref for VerifiedDevice {
    type Target = DeviceRow;

    fn deref(&self) -> &DeviceRow {
        &self.0
    }
}

/// A factor whose row is the one that the account's row answers for. Only [`verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedFactor(FactorRow);

impl Deref for VerifiedFactor {
    type Target = FactorRow;

    fn deref(&self) -> &FactorRow {
        &self.0
    }
}

/// The MAC of a device row: every field, and whose it is.
pub fn device_mac(keys: &Keys, key: &AccountKey, row: &DeviceRow) -> [u8; 32] {
    // rows from before the ratchet, the probes or the date of the standing have none, and keep the MAC that they have
    let is_dated = row.standing_since.as_millis() != 0 || !row.activity.is_empty();
    let version = match (row.ratchet.is_empty(), row.probes.is_empty()) {
        _ if is_dated => "login-guard/device-row/v4",
        (true, true) => "login-guard/device-row/v1",
        (false, true) => "login-guard/device-row/v2",
        (_, false) => "login-guard/device-row/v3",
    };
    let mut transcript = owned(version, key)
        .part(row.device.as_bytes())
        .part(&row.public_key.to_sec1())
        .part(&row.cookie_digest)
        .part(row.standing.as_str().as_bytes())
        .part(row.confirmed_by.as_bytes())
        .part(row.evidence.as_bytes())
        .number(row.enrolled_at.as_millis())
        .number(row.seen_at.as_millis())
        .number(row.epoch.into());
    if !row.ratchet.is_empty() || !row.probes.is_empty() || is_dated {
        transcript = transcript.part(&row.ratchet);
    }
    if !row.probes.is_empty() || is_dated {
        transcript = transcript.part(row.probes.as_bytes());
    }
    if is_dated {
        transcript = transcript.number(row.standing_since.as_millis()).part(&row.activity);
    }
    keys.mac(KeyUse::DeviceRow, &transcript)
}

/// Fills in the row's MAC.
#[must_use]
pub fn seal_device(keys: &Keys, key: &AccountKey, mut row: DeviceRow) -> DeviceRow {
    row.mac = device_mac(keys, key, &row);
    row
}

/// Makes the account's row over all its live devices and factors, sealed ones, in any order.
pub fn seal_account(
    keys: &Keys,
    key: &AccountKey,
    (version, epoch): (u64, u32),
    value_frozen_at: Option<Timestamp>,
    (devices, factors): (&[DeviceRow], &[FactorRow]),
) -> AccountRow {
    let rows_digest = rows_digest(devices, factors);
    let mut row = AccountRow { version, epoch, rows_digest, value_frozen_at, mac: [0; 32] };
    row.mac = account_mac(keys, key, &row);
    row
}

/// Authenticates what was read. Fails closed: without an authentic account row no device is given.
pub fn verify(keys: &Keys, key: &AccountKey, snapshot: AccountSnapshot) -> VerifiedAccount {
    let mut stored: Vec<DeviceId> = snapshot.devices.iter().map(|row| row.device).collect();
    stored.extend(&snapshot.garbled);
    let mut stored_factors: Vec<FactorId> = snapshot.factors.iter().map(|row| row.factor).collect();
    stored_factors.extend(&snapshot.garbled_factors);
    let Some(head) = snapshot.head else {
        let is_fresh = stored.is_empty() && stored_factors.is_empty();
        let failures = if is_fresh { Vec::new() } else { vec![IntegrityFailure::AccountMissing] };
        let unanswered = snapshot.factors;
        return VerifiedAccount { unanswered, failures, stored, stored_factors, ..VerifiedAccount::default() };
    };
    let (version, epoch) = (Some(head.version), Some(head.epoch));
    let devices = snapshot.garbled.iter().map(|device| IntegrityFailure::DeviceGarbled(*device));
    let factors = snapshot.garbled_factors.iter().map(|factor| IntegrityFailure::FactorGarbled(*factor));
    let failures = devices.chain(factors).collect();
    let frozen_at = head.value_frozen_at;
    let mut account =
        VerifiedAccount { version, epoch, failures, stored, stored_factors, frozen_at, ..VerifiedAccount::default() };
    if !same(&head.mac, &account_mac(keys, key, &head)) {
        account.failures.push(IntegrityFailure::AccountMac);
    }
    if !same(head.rows_digest.as_bytes(), rows_digest(&snapshot.devices, &snapshot.factors).as_bytes()) {
        account.failures.push(IntegrityFailure::RowsDigest);
    }
    if account.is_tampered() {
        account.unanswered = snapshot.factors;
        return account;
    }
    for row in snapshot.devices {
        if same(&row.mac, &device_mac(keys, key, &row)) {
            account.devices.push(VerifiedDevice(row));
        } else {
            account.failures.push(IntegrityFailure::DeviceMac(row.device));
        }
    }
    account.devices.sort_by_key(|device| device.device);
    account.factors = snapshot.factors.into_iter().map(VerifiedFactor).collect();
    account.factors.sort_by_key(|factor| factor.factor);
    account
}

/// Authenticates one device by itself: it is a row of ours, if perhaps an old one. Enough for what only spares work; trust
/// needs [`verify`].
pub fn verify_device(keys: &Keys, key: &AccountKey, row: DeviceRow) -> Option<VerifiedDevice> {
    same(&row.mac, &device_mac(keys, key, &row)).then_some(VerifiedDevice(row))
}

fn account_mac(keys: &Keys, key: &AccountKey, row: &AccountRow) -> [u8; 32] {
    // an account whose value is not frozen has the MAC that it had before value could be
    let version =
        if row.value_frozen_at.is_some() { "login-guard/account-row/v2" } else { "login-guard/account-row/v1" };
    let mut transcript =
        owned(version, key).number(row.version).number(row.epoch.into()).part(row.rows_digest.as_bytes());
    if let Some(at) = row.value_frozen_at {
        transcript = transcript.number(at.as_millis());
    }
    keys.mac(KeyUse::AccountRow, &transcript)
}

fn rows_digest(devices: &[DeviceRow], factors: &[FactorRow]) -> Digest {
    let mut ordered: Vec<&DeviceRow> = devices.iter().collect();
    ordered.sort_by_key(|row| row.device);
    // an account without factors has the digest that it had before there were any
    let version = if factors.is_empty() { "login-guard/rows/v1" } else { "login-guard/rows/v2" };
    let mut rows = Transcript::new(version);
    if !factors.is_empty() {
        rows = rows.number(u64::try_from(ordered.len()).unwrap_or(u64::MAX));
    }
    let rows = ordered.into_iter().fold(rows, |rows, row| rows.part(row.device.as_bytes()).part(&row.mac));
    let mut ordered: Vec<&FactorRow> = factors.iter().collect();
    ordered.sort_by_key(|row| row.factor);
    let part = |rows: Transcript, row: &FactorRow| {
        rows.part(row.factor.as_bytes()).part(row.kind.as_str().as_bytes()).part(&row.sealed)
    };
    ordered.into_iter().fold(rows, part).digest()
}

fn owned(label: &str, key: &AccountKey) -> Transcript {
    Transcript::new(label).part(key.platform.as_str().as_bytes()).part(key.account.as_str().as_bytes())
}

/// Whether two MACs are the same, in constant time.
fn same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.ct_eq(other).into()
}
