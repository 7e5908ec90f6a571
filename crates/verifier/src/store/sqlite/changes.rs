//! Each change of a commit as one statement that holds its own condition.

use rusqlite::{Connection, Params};

use super::super::{
    AccountRow, ApprovalRow, AttemptRow, Budget, Change, Commit, CommitError, DeviceRow, FactorRow, OutboxRow, Refusal,
    Scope, Sighting, StoreError,
};
use super::rows::{account_text, integer};
use super::unavailable;
use crate::clock::Timestamp;

/// Most rows that one statement removes, so that nobody waits long behind it.
pub(super) const PURGE_ROWS: u32 = 256;

/// Applies the changes in order. The caller rolls back when one is refused.
pub(super) fn apply(connection: &Connection, commit: &Commit) -> Result<(), CommitError> {
    let owner = Owner { connection, scope: &commit.scope };
    commit.changes.iter().try_for_each(|change| match change {
        Change::ChargeBudget(budget) => owner.charge_budget(budget),
        Change::RefundBudget(budget) => owner.refund_budget(budget),
        Change::DeleteDevice(device) => {
            owner.check_account("devices")?;
            owner
                .execute(
                    "DELETE FROM devices WHERE platform = ?1 AND account = ?2 AND device = ?3",
                    (owner.platform(), owner.account(), device.as_bytes()),
                )
                .map(drop)
        }
        Change::DeleteFactor(factor) => {
            owner.check_account("factors")?;
            owner
                .execute(
                    "DELETE FROM factors WHERE platform = ?1 AND account = ?2 AND factor = ?3",
                    (owner.platform(), owner.account(), factor.as_bytes()),
                )
                .map(drop)
        }
        Change::DeleteMessage(message) => {
            owner.check_account("outbox")?;
            owner
                .execute(
                    "DELETE FROM outbox WHERE platform = ?1 AND account = ?2 AND message = ?3",
                    (owner.platform(), owner.account(), message.as_bytes()),
                )
                .map(drop)
        }
        Change::PutAccount { row, expected } => owner.put_account(row, *expected),
        Change::PutApproval(row) => owner.put_approval(row),
        Change::PutDevice(row) => owner.put_device(row),
        Change::PutFactor(row) => owner.put_factor(row),
        Change::PutMessage(row) => owner.put_message(row),
        Change::PutSighting(sighting) => owner.put_sighting(sighting),
        Change::SpendNonce(row) => owner.spend_nonce(row),
        Change::SpendToken { token, expires_at } => {
            let parameters =
                (owner.platform(), owner.account(), token.as_bytes(), time(*expires_at, "tokens", "expires_at")?);
            let inserted = owner.execute(
                "INSERT INTO tokens (platform, account, token, expires_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
                parameters,
            )?;
            refuse_unless(inserted, Refusal::Spent)
        }
        Change::UpdateAttempt(row) => owner.update_attempt(row),
    })
}

/// Removes at most [`PURGE_ROWS`] expired rows of each table and tells how many went.
pub(super) fn purge(connection: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    let before = integer(before.as_millis(), "attempts", "expires_at")?;
    [
        "DELETE FROM approvals WHERE (platform, account, lane) IN
         (SELECT platform, account, lane FROM approvals WHERE expires_at < ?1 LIMIT ?2)",
        "DELETE FROM attempts WHERE rowid IN (SELECT rowid FROM attempts WHERE expires_at < ?1 LIMIT ?2)",
        "DELETE FROM budgets WHERE (platform, account, name, window) IN
         (SELECT platform, account, name, window FROM budgets WHERE expires_at < ?1 LIMIT ?2)",
        "DELETE FROM sightings WHERE (platform, release, shift, account, window) IN
         (SELECT platform, release, shift, account, window FROM sightings WHERE expires_at < ?1 LIMIT ?2)",
        "DELETE FROM tokens WHERE (platform, account, token) IN
         (SELECT platform, account, token FROM tokens WHERE expires_at < ?1 LIMIT ?2)",
    ]
    .into_iter()
    .try_fold(0, |sum, sql| execute(connection, sql, (before, PURGE_ROWS)).map(|removed| sum + removed))
}

/// Whose rows are changed.
struct Owner<'a> {
    connection: &'a Connection,
    scope: &'a Scope,
}

impl Owner<'_> {
    fn platform(&self) -> &str {
        self.scope.platform.as_str()
    }

    fn account(&self) -> &str {
        account_text(self.scope.account.as_ref())
    }

    fn charge_budget(&self, budget: &Budget) -> Result<(), CommitError> {
        let parameters = (
            self.platform(),
            self.account(),
            &budget.name,
            time(budget.window, "budgets", "window")?,
            time(budget.expires_at, "budgets", "expires_at")?,
            budget.limit,
        );
        let charged = self.execute(
            "INSERT INTO budgets (platform, account, name, window, charged, expires_at)
             SELECT ?1, ?2, ?3, ?4, 1, ?5 WHERE ?6 > 0
             ON CONFLICT DO UPDATE SET charged = charged + 1, expires_at = excluded.expires_at WHERE charged < ?6",
            parameters,
        )?;
        refuse_unless(charged, Refusal::Exhausted)
    }

    fn refund_budget(&self, budget: &Budget) -> Result<(), CommitError> {
        let window = time(budget.window, "budgets", "window")?;
        self.execute(
            "UPDATE budgets SET charged = charged - 1
             WHERE platform = ?1 AND account = ?2 AND name = ?3 AND window = ?4 AND charged > 0",
            (self.platform(), self.account(), &budget.name, window),
        )?;
        Ok(())
    }

    fn put_account(&self, row: &AccountRow, expected: Option<u64>) -> Result<(), CommitError> {
        self.check_account("accounts")?;
        let version = integer(row.version, "accounts", "version")?;
        let frozen = row.value_frozen_at.map(|at| time(at, "accounts", "value_frozen_at")).transpose()?;
        let (platform, account, digest) = (self.platform(), self.account(), row.rows_digest.as_bytes());
        let written = match expected {
            None => self.execute(
                "INSERT INTO accounts (platform, account, version, epoch, rows_digest, mac, value_frozen_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                (platform, account, version, row.epoch, digest, row.mac, frozen),
            )?,
            Some(expected) => self.execute(
                "UPDATE accounts SET version = ?3, epoch = ?4, rows_digest = ?5, mac = ?6, value_frozen_at = ?7
                 WHERE platform = ?1 AND account = ?2 AND version = ?8",
                (
                    platform,
                    account,
                    version,
                    row.epoch,
                    digest,
                    row.mac,
                    frozen,
                    integer(expected, "accounts", "version")?,
                ),
            )?,
        };
        refuse_unless(written, Refusal::Stale)
    }

    fn put_approval(&self, row: &ApprovalRow) -> Result<(), CommitError> {
        self.check_account("approvals")?;
        let parameters = (
            self.platform(),
            self.account(),
            row.lane,
            integer(row.revision, "approvals", "revision")?,
            &row.sealed,
            time(row.expires_at, "approvals", "expires_at")?,
        );
        let sql = if row.revision == 1 {
            "INSERT INTO approvals (platform, account, lane, revision, sealed, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING"
        } else {
            "UPDATE approvals SET revision = ?4, sealed = ?5, expires_at = ?6
             WHERE platform = ?1 AND account = ?2 AND lane = ?3 AND revision = ?4 - 1"
        };
        refuse_unless(self.execute(sql, parameters)?, Refusal::Stale)
    }

    fn put_device(&self, row: &DeviceRow) -> Result<(), CommitError> {
        self.check_account("devices")?;
        let key_id = row.public_key.key_id();
        let columns = rusqlite::params![
            self.platform(),
            self.account(),
            row.device.as_bytes(),
            row.public_key.to_sec1(),
            row.cookie_digest,
            row.standing.as_str(),
            &row.confirmed_by,
            &row.evidence,
            time(row.enrolled_at, "devices", "enrolled_at")?,
            time(row.seen_at, "devices", "seen_at")?,
            row.epoch,
            row.mac,
            &row.ratchet,
            key_id.as_bytes(),
            &row.probes,
            time(row.standing_since, "devices", "standing_since")?,
            &row.activity,
        ];
        self.execute(
            "INSERT OR REPLACE INTO devices (platform, account, device, public_key, cookie_digest, standing, confirmed_by,
             evidence, enrolled_at, seen_at, epoch, mac, ratchet, key_id, probes, standing_since, activity)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            columns,
        )
        .map(drop)
    }

    fn put_factor(&self, row: &FactorRow) -> Result<(), CommitError> {
        self.check_account("factors")?;
        let parameters = (self.platform(), self.account(), row.factor.as_bytes(), row.kind.as_str(), &row.sealed);
        self.execute(
            "INSERT OR REPLACE INTO factors (platform, account, factor, kind, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
            parameters,
        )
        .map(drop)
    }

    fn put_message(&self, row: &OutboxRow) -> Result<(), CommitError> {
        self.check_account("outbox")?;
        let parameters = (
            self.platform(),
            self.account(),
            row.message.as_bytes(),
            integer(row.revision, "outbox", "revision")?,
            time(row.due_at, "outbox", "due_at")?,
            time(row.expires_at, "outbox", "expires_at")?,
            &row.sealed,
        );
        let sql = if row.revision == 1 {
            "INSERT INTO outbox (platform, account, message, revision, due_at, expires_at, sealed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING"
        } else {
            "UPDATE outbox SET revision = ?4, due_at = ?5, expires_at = ?6, sealed = ?7
             WHERE platform = ?1 AND account = ?2 AND message = ?3 AND revision = ?4 - 1"
        };
        refuse_unless(self.execute(sql, parameters)?, Refusal::Stale)
    }

    fn put_sighting(&self, sighting: &Sighting) -> Result<(), CommitError> {
        let parameters = (
            self.platform(),
            sighting.release,
            &sighting.shift,
            sighting.account,
            time(sighting.window, "sightings", "window")?,
            time(sighting.expires_at, "sightings", "expires_at")?,
        );
        self.execute(
            "INSERT INTO sightings (platform, release, shift, account, window, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            parameters,
        )
        .map(drop)
    }

    fn spend_nonce(&self, row: &AttemptRow) -> Result<(), CommitError> {
        self.check_attempt(row)?;
        let parameters = (
            self.platform(),
            self.account(),
            row.attempt.as_bytes(),
            integer(row.revision, "attempts", "revision")?,
            &row.sealed,
            time(row.expires_at, "attempts", "expires_at")?,
        );
        let inserted = self.execute(
            "INSERT INTO attempts (platform, account, attempt, revision, sealed, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            parameters,
        )?;
        refuse_unless(inserted, Refusal::Spent)
    }

    fn update_attempt(&self, row: &AttemptRow) -> Result<(), CommitError> {
        self.check_attempt(row)?;
        let parameters = (
            self.platform(),
            self.account(),
            row.attempt.as_bytes(),
            integer(row.revision, "attempts", "revision")?,
            &row.sealed,
            time(row.expires_at, "attempts", "expires_at")?,
        );
        let updated = self.execute(
            "UPDATE attempts SET revision = ?4, sealed = ?5, expires_at = ?6
             WHERE platform = ?1 AND account = ?2 AND attempt = ?3 AND revision = ?4 - 1",
            parameters,
        )?;
        refuse_unless(updated, Refusal::Stale)
    }

    /// Accounts and devices belong to an account.
    fn check_account(&self, table: &'static str) -> Result<(), CommitError> {
        if self.scope.account.is_some() {
            Ok(())
        } else {
            Err(StoreError::Inconsistent { table, column: "account" }.into())
        }
    }

    /// An attempt is written under the account that it names.
    fn check_attempt(&self, row: &AttemptRow) -> Result<(), CommitError> {
        if row.account == self.scope.account {
            Ok(())
        } else {
            Err(StoreError::Inconsistent { table: "attempts", column: "account" }.into())
        }
    }

    fn execute(&self, sql: &str, parameters: impl Params) -> Result<usize, CommitError> {
        Ok(execute(self.connection, sql, parameters)?)
    }
}

fn execute(connection: &Connection, sql: &str, parameters: impl Params) -> Result<usize, StoreError> {
    connection.prepare_cached(sql).and_then(|mut statement| statement.execute(parameters)).map_err(unavailable)
}

fn time(moment: Timestamp, table: &'static str, column: &'static str) -> Result<i64, StoreError> {
    integer(moment.as_millis(), table, column)
}

/// Refuses when a statement's condition kept it from writing.
fn refuse_unless(rows_written: usize, refusal: Refusal) -> Result<(), CommitError> {
    if rows_written == 0 { Err(refusal.into()) } else { Ok(()) }
}
