//! Reading rows, and the forms that values have in columns.

use std::collections::BTreeMap;

use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::{AccountId, AttemptId, DeviceId, Digest, FactorId, KeyId, MessageId, Platform};
use rusqlite::types::FromSql;
use rusqlite::{Connection, Row};

use super::super::models::{FactorKind, Standing};
use super::super::{
    AccountKey, AccountRow, AccountSnapshot, ApprovalRow, AttemptRow, DeviceRow, FactorRow, OutboxRow, StoreError,
};
use super::unavailable;
use crate::clock::Timestamp;

/// The account's row, devices and factors. The caller holds a transaction open, so that all are of one moment.
pub(super) fn account(connection: &Connection, key: &AccountKey) -> Result<AccountSnapshot, StoreError> {
    let owner = (key.platform.as_str(), key.account.as_str());
    let mut statement = connection
        .prepare_cached("SELECT version, epoch, rows_digest, mac, value_frozen_at FROM accounts WHERE platform = ?1 AND account = ?2")
        .map_err(unavailable)?;
    let mut rows = statement.query(owner).map_err(unavailable)?;
    let head = rows.next().map_err(unavailable)?.map(account_row).transpose()?;

    let mut statement = connection
        .prepare_cached(
            "SELECT device, public_key, cookie_digest, standing, confirmed_by, evidence, enrolled_at, seen_at,
                    epoch, mac, ratchet, probes, standing_since, activity
             FROM devices WHERE platform = ?1 AND account = ?2 ORDER BY device",
        )
        .map_err(unavailable)?;
    let mut rows = statement.query(owner).map_err(unavailable)?;
    let mut snapshot = AccountSnapshot { head, ..AccountSnapshot::default() };
    while let Some(row) = rows.next().map_err(unavailable)? {
        match device_row(row) {
            Ok(device) => snapshot.devices.push(device),
            // a row that somebody spoilt is for the seal room to refuse, not a reason to serve nobody
            Err(error) => snapshot.garbled.push(row.get(0).map(DeviceId::from_bytes).map_err(|_| error)?),
        }
    }

    let mut statement = connection
        .prepare_cached("SELECT factor, kind, sealed FROM factors WHERE platform = ?1 AND account = ?2 ORDER BY factor")
        .map_err(unavailable)?;
    let mut rows = statement.query(owner).map_err(unavailable)?;
    while let Some(row) = rows.next().map_err(unavailable)? {
        match factor_row(row) {
            Ok(factor) => snapshot.factors.push(factor),
            Err(error) => snapshot.garbled_factors.push(row.get(0).map(FactorId::from_bytes).map_err(|_| error)?),
        }
    }
    Ok(snapshot)
}

/// Devices with a key, whichever account they belong to, and at most `limit` of them. Rows that make no sense are left out.
pub(super) fn devices_by_key(
    connection: &Connection,
    platform: &Platform,
    key: &KeyId,
    limit: u32,
) -> Result<Vec<(AccountId, DeviceRow)>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT device, public_key, cookie_digest, standing, confirmed_by, evidence, enrolled_at, seen_at,
                    epoch, mac, ratchet, probes, standing_since, activity, account
             FROM devices WHERE platform = ?1 AND key_id = ?2 LIMIT ?3",
        )
        .map_err(unavailable)?;
    let mut rows = statement.query((platform.as_str(), key.as_bytes(), limit)).map_err(unavailable)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(unavailable)? {
        let account: String = row.get("account").map_err(unavailable)?;
        found.extend(AccountId::parse(&account).ok().zip(device_row(row).ok()));
    }
    Ok(found)
}

/// The account's requests for approval.
pub(super) fn approvals(connection: &Connection, key: &AccountKey) -> Result<Vec<ApprovalRow>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT lane, revision, sealed, expires_at FROM approvals WHERE platform = ?1 AND account = ?2 ORDER BY lane",
        )
        .map_err(unavailable)?;
    let mut rows = statement.query((key.platform.as_str(), key.account.as_str())).map_err(unavailable)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(unavailable)? {
        let columns = Columns { row, table: "approvals" };
        found.push(ApprovalRow {
            lane: columns.value(0, "lane")?,
            revision: columns.number(1, "revision")?,
            sealed: columns.value(2, "sealed")?,
            expires_at: Timestamp::from_millis(columns.number(3, "expires_at")?),
        });
    }
    Ok(found)
}

/// Messages that are due, the one due longest first, whoever they are for. A row that names no account is left out: nobody wrote it.
pub(super) fn outbox_due(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(AccountKey, OutboxRow)>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT message, revision, due_at, expires_at, sealed, platform, account
             FROM outbox WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
        )
        .map_err(unavailable)?;
    let mut rows = statement.query((integer(now.as_millis(), "outbox", "due_at")?, limit)).map_err(unavailable)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(unavailable)? {
        let columns = Columns { row, table: "outbox" };
        let message = OutboxRow {
            message: MessageId::from_bytes(columns.value(0, "message")?),
            revision: columns.number(1, "revision")?,
            due_at: Timestamp::from_millis(columns.number(2, "due_at")?),
            expires_at: Timestamp::from_millis(columns.number(3, "expires_at")?),
            sealed: columns.value(4, "sealed")?,
        };
        let (platform, account): (String, String) = (columns.value(5, "platform")?, columns.value(6, "account")?);
        let owner = Platform::parse(&platform).ok().zip(AccountId::parse(&account).ok());
        found.extend(owner.map(|(platform, account)| (AccountKey { platform, account }, message)));
    }
    Ok(found)
}

/// An attempt, whichever account it names.
pub(super) fn attempt(
    connection: &Connection,
    platform: &Platform,
    attempt: AttemptId,
) -> Result<Option<AttemptRow>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT account, revision, sealed, expires_at FROM attempts WHERE platform = ?1 AND attempt = ?2",
        )
        .map_err(unavailable)?;
    let mut rows = statement.query((platform.as_str(), attempt.as_bytes())).map_err(unavailable)?;
    rows.next().map_err(unavailable)?.map(|row| attempt_row(row, attempt)).transpose()
}

/// How many accounts were seen under a release since a window's beginning, by shift.
pub(super) fn sightings(
    connection: &Connection,
    platform: &Platform,
    release: [u8; 16],
    since: Timestamp,
) -> Result<BTreeMap<String, u32>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT shift, count(DISTINCT account) FROM sightings
             WHERE platform = ?1 AND release = ?2 AND window >= ?3 GROUP BY shift",
        )
        .map_err(unavailable)?;
    let since = integer(since.as_millis(), "sightings", "window")?;
    let mut rows = statement.query((platform.as_str(), release, since)).map_err(unavailable)?;
    let mut counts = BTreeMap::new();
    while let Some(row) = rows.next().map_err(unavailable)? {
        let columns = Columns { row, table: "sightings" };
        counts.insert(columns.value(0, "shift")?, columns.value(1, "account")?);
    }
    Ok(counts)
}

/// Reads the file, if only a little.
pub(super) fn ping(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("SELECT number FROM migrations LIMIT 1").map_err(unavailable)?;
    let mut rows = statement.query([]).map_err(unavailable)?;
    rows.next().map(drop).map_err(unavailable)
}

/// A number as a column holds it.
pub(super) fn integer(value: u64, table: &'static str, column: &'static str) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Inconsistent { table, column })
}

/// The account as a column holds it.
pub(super) fn account_text(account: Option<&AccountId>) -> &str {
    account.map_or("", AccountId::as_str)
}

fn account_row(row: &Row<'_>) -> Result<AccountRow, StoreError> {
    let columns = Columns { row, table: "accounts" };
    let version = columns.number(0, "version")?;
    // whatever makes no sense is left as nought, which no MAC of ours is over
    let epoch = columns.value(1, "epoch").unwrap_or_default();
    let rows_digest = Digest::from_bytes(columns.value(2, "rows_digest").unwrap_or_default());
    let mac = columns.value(3, "mac").unwrap_or_default();
    let frozen: Option<i64> = columns.value(4, "value_frozen_at").unwrap_or_default();
    let value_frozen_at = frozen.and_then(|ms| u64::try_from(ms).ok()).map(Timestamp::from_millis);
    Ok(AccountRow { version, epoch, rows_digest, value_frozen_at, mac })
}

fn device_row(row: &Row<'_>) -> Result<DeviceRow, StoreError> {
    let columns = Columns { row, table: "devices" };
    let public_key: [u8; 65] = columns.value(1, "public_key")?;
    let standing: String = columns.value(3, "standing")?;
    Ok(DeviceRow {
        device: DeviceId::from_bytes(columns.value(0, "device")?),
        public_key: PublicKey::from_sec1(&public_key).map_err(|_| columns.inconsistent("public_key"))?,
        cookie_digest: columns.value(2, "cookie_digest")?,
        standing: Standing::parse(&standing).ok_or_else(|| columns.inconsistent("standing"))?,
        confirmed_by: columns.value(4, "confirmed_by")?,
        evidence: columns.value(5, "evidence")?,
        enrolled_at: Timestamp::from_millis(columns.number(6, "enrolled_at")?),
        seen_at: Timestamp::from_millis(columns.number(7, "seen_at")?),
        epoch: columns.value(8, "epoch")?,
        mac: columns.value(9, "mac")?,
        ratchet: columns.value(10, "ratchet")?,
        probes: columns.value(11, "probes")?,
        standing_since: Timestamp::from_millis(columns.number(12, "standing_since")?),
        activity: columns.value(13, "activity")?,
    })
}

fn factor_row(row: &Row<'_>) -> Result<FactorRow, StoreError> {
    let columns = Columns { row, table: "factors" };
    let kind: String = columns.value(1, "kind")?;
    Ok(FactorRow {
        factor: FactorId::from_bytes(columns.value(0, "factor")?),
        kind: FactorKind::parse(&kind).ok_or_else(|| columns.inconsistent("kind"))?,
        sealed: columns.value(2, "sealed")?,
    })
}

fn attempt_row(row: &Row<'_>, attempt: AttemptId) -> Result<AttemptRow, StoreError> {
    let columns = Columns { row, table: "attempts" };
    let account: String = columns.value(0, "account")?;
    let account = match account.as_str() {
        "" => None,
        text => Some(AccountId::parse(text).map_err(|_| columns.inconsistent("account"))?),
    };
    Ok(AttemptRow {
        account,
        attempt,
        revision: columns.number(1, "revision")?,
        sealed: columns.value(2, "sealed")?,
        expires_at: Timestamp::from_millis(columns.number(3, "expires_at")?),
    })
}

/// A row whose columns are read with their names at hand.
struct Columns<'r, 's> {
    row: &'r Row<'s>,
    table: &'static str,
}

impl Columns<'_, '_> {
    fn value<T: FromSql>(&self, index: usize, column: &'static str) -> Result<T, StoreError> {
        self.row.get(index).map_err(|_| self.inconsistent(column))
    }

    fn number(&self, index: usize, column: &'static str) -> Result<u64, StoreError> {
        let value: i64 = self.value(index, column)?;
        u64::try_from(value).map_err(|_| self.inconsistent(column))
    }

    fn inconsistent(&self, column: &'static str) -> StoreError {
        StoreError::Inconsistent { table: self.table, column }
    }
}
