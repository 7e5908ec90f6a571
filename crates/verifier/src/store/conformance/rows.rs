//! Rows that the behaviours write.

use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::{AccountId, AttemptId, DeviceId, Digest, FactorId, MessageId, Platform, TokenId};

use super::Failure;
use crate::clock::Timestamp;
use crate::store::models::{FactorKind, Standing};
use crate::store::{
    AccountKey, AccountRow, ApprovalRow, AttemptRow, Budget, Change, DeviceRow, FactorRow, OutboxRow, Scope, Sighting,
};

/// Whose rows.
pub(super) fn key(platform: &str, account: &str) -> Result<AccountKey, Failure> {
    Ok(AccountKey { platform: Platform::parse(platform)?, account: AccountId::parse(account)? })
}

/// Whose rows, if anybody's.
pub(super) fn scope(platform: &str, account: Option<&str>) -> Result<Scope, Failure> {
    Ok(Scope { platform: Platform::parse(platform)?, account: account.map(AccountId::parse).transpose()? })
}

/// An account's row.
pub(super) fn account(version: u64) -> AccountRow {
    AccountRow {
        version,
        epoch: 4_000_000_000,
        rows_digest: Digest::of(b"rows"),
        value_frozen_at: (version > 1).then_some(at(1_795_356_180_000 + version)),
        mac: [9; 32],
    }
}

/// Writes an account's row.
pub(super) fn put_account(version: u64, expected: Option<u64>) -> Change {
    Change::PutAccount { row: account(version), expected }
}

/// A device whose id begins with `first`.
pub(super) fn device(first: u8) -> Result<DeviceRow, Failure> {
    let mut point = [first; 65];
    point[0] = 4;
    Ok(DeviceRow {
        device: DeviceId::from_bytes([first; 16]),
        public_key: PublicKey::from_sec1(&point)?,
        cookie_digest: [first; 32],
        standing: Standing::Probation,
        confirmed_by: "lg-mail".into(),
        evidence: "{}".into(),
        enrolled_at: at(1_795_356_180_000),
        seen_at: at(1_795_356_180_999),
        epoch: 1,
        ratchet: vec![first; usize::from(first)],
        probes: format!("{first}"),
        standing_since: at(u64::from(first) * 1_000),
        activity: vec![first; usize::from(first) * 2],
        mac: [first; 32],
    })
}

/// Writes [`device`].
pub(super) fn device_put(first: u8) -> Result<Change, Failure> {
    device(first).map(Change::PutDevice)
}

/// A factor whose id begins with `first`.
pub(super) fn factor(first: u8) -> FactorRow {
    let kinds = [FactorKind::Contact, FactorKind::Passkey, FactorKind::RecoveryCodes, FactorKind::Totp];
    FactorRow {
        factor: FactorId::from_bytes([first; 16]),
        kind: kinds.into_iter().cycle().nth(usize::from(first)).unwrap_or(FactorKind::Contact),
        sealed: vec![first; 300],
    }
}

/// A message with a number and a revision, due when its number says.
pub(super) fn message(number: u8, revision: u64) -> OutboxRow {
    OutboxRow {
        message: MessageId::from_bytes([number; 16]),
        revision,
        due_at: at(1_000 + u64::from(number)),
        expires_at: at(9_000),
        sealed: vec![number; 700],
    }
}

/// An attempt with a number and a revision.
pub(super) fn attempt(account: Option<&AccountId>, number: u8, revision: u64) -> AttemptRow {
    AttemptRow {
        account: account.cloned(),
        attempt: AttemptId::from_bytes([number; 16]),
        revision,
        sealed: vec![number; 1_200],
        expires_at: at(1_795_356_780_000),
    }
}

/// A request for approval, of a lane.
pub(super) fn approval(lane: u8, revision: u64) -> ApprovalRow {
    ApprovalRow { lane: [lane; 16], revision, sealed: vec![lane; 400], expires_at: at(1_795_356_780_000) }
}

/// Spends a token.
pub(super) fn spend_token(number: u8, expires_at: u64) -> Change {
    Change::SpendToken { token: TokenId::from_bytes([number; 16]), expires_at: at(expires_at) }
}

/// Charges a budget.
pub(super) fn charge(name: &str, window: u64, limit: u32) -> Change {
    Change::ChargeBudget(budget(name, window, limit))
}

/// A budget.
pub(super) fn budget(name: &str, window: u64, limit: u32) -> Budget {
    Budget { name: name.into(), window: at(window), limit, expires_at: at(1_795_356_780_000) }
}

/// A device of an account, seen under a release.
pub(super) fn sighting(release: u8, shift: &str, account: u8, window: u64) -> Sighting {
    let expires_at = at(window + 10_000);
    Sighting { release: [release; 16], account: [account; 16], shift: shift.into(), window: at(window), expires_at }
}

/// A moment.
pub(super) fn at(ms: u64) -> Timestamp {
    Timestamp::from_millis(ms)
}
