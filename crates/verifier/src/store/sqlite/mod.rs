//! Rows in an SQLite file. Several processes on one machine may share it.
//!
//! One thread writes: it takes whatever has queued up, applies each commit under a savepoint of its own, makes the
//! whole group durable by one COMMIT and answers all callers. So the price of an fsync is shared, and a commit that is
//! refused leaves the others of its group untouched. Another thread moves the log into the file behind it. Reading threads work on snapshots and never wait for the writer.
//!
//! May import: `store`, `clock`, rusqlite, tokio's channels. To add a table: a migration with one line in
//! `migrations.rs`, its reading in `rows.rs`, its changes in `changes.rs`.

mod changes;
mod checkpointer;
mod connection;
mod migrations;
mod reader;
mod rows;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use login_guard_protocol::{AccountId, AttemptId, KeyId, Platform};

use self::checkpointer::Checkpointer;
use self::reader::Readers;
use self::writer::Writer;
use super::{
    AccountKey, AccountSnapshot, Accounts, ApprovalRow, Approvals, AttemptRow, Attempts, Commit, CommitError, Commits,
    DEVICES_BY_KEY, DeviceRow, Devices, Outbox, OutboxRow, Sightings, StoreError, StoreFuture, Upkeep,
};
use crate::clock::Timestamp;

/// A store in one SQLite file. Dropping it finishes what is queued and closes the file.
#[derive(Debug)]
pub struct SqliteStore {
    readers: Readers,
    writer: Writer,
}

impl SqliteStore {
    /// Opens the file and brings its schema up to date. A new one can be read and written by its owner only.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened, is no database of ours or belongs to a newer build.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        connection::make_file(path)?;
        let mut connection = connection::open_writing(path)?;
        migrations::apply(&mut connection)?;
        let writer = Writer::start(connection, Checkpointer::start(path)?)?;
        Ok(Self { readers: Readers::start(path)?, writer })
    }
}

impl Accounts for SqliteStore {
    fn account<'a>(&'a self, key: &'a AccountKey) -> StoreFuture<'a, Result<AccountSnapshot, StoreError>> {
        Box::pin(self.readers.account(key.clone()))
    }
}

impl Devices for SqliteStore {
    fn devices_by_key<'a>(
        &'a self,
        platform: &'a Platform,
        key: &'a KeyId,
    ) -> StoreFuture<'a, Result<Vec<(AccountId, DeviceRow)>, StoreError>> {
        Box::pin(self.readers.devices_by_key(platform.clone(), *key, DEVICES_BY_KEY))
    }
}

impl Approvals for SqliteStore {
    fn approvals<'a>(&'a self, key: &'a AccountKey) -> StoreFuture<'a, Result<Vec<ApprovalRow>, StoreError>> {
        Box::pin(self.readers.approvals(key.clone()))
    }
}

impl Attempts for SqliteStore {
    fn attempt<'a>(
        &'a self,
        platform: &'a Platform,
        attempt: AttemptId,
    ) -> StoreFuture<'a, Result<Option<AttemptRow>, StoreError>> {
        Box::pin(self.readers.attempt(platform.clone(), attempt))
    }
}

impl Outbox for SqliteStore {
    fn outbox_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> StoreFuture<'_, Result<Vec<(AccountKey, OutboxRow)>, StoreError>> {
        Box::pin(self.readers.outbox_due(now, limit))
    }
}

impl Commits for SqliteStore {
    fn commit(&self, commit: Commit) -> StoreFuture<'_, Result<(), CommitError>> {
        Box::pin(self.writer.commit(commit))
    }
}

impl Sightings for SqliteStore {
    fn sightings<'a>(
        &'a self,
        platform: &'a Platform,
        release: [u8; 16],
        since: Timestamp,
    ) -> StoreFuture<'a, Result<BTreeMap<String, u32>, StoreError>> {
        Box::pin(self.readers.sightings(platform.clone(), release, since))
    }
}

impl Upkeep for SqliteStore {
    fn purge(&self, before: Timestamp) -> StoreFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.writer.purge(before))
    }

    fn ping(&self) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(self.readers.ping())
    }
}

/// What the database said, without contents.
fn unavailable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
