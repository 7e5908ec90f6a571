//! Where rows live. Traits and models here; one file per back end below; SQL stands nowhere else.
//!
//! May import: `clock`, the protocol crate, its own drivers in the back ends. Must not know rules, HTTP or keys:
//! rows arrive sealed and authenticated by the `seal` room, and are checked there after reading.
//!
//! Reading takes a snapshot; writing is a [`Commit`]: a list of changes with the conditions under which they
//! hold, applied whole or not at all. Whoever decides reads a snapshot, decides without I/O, and commits against the
//! version it read; a [`Refusal::Stale`] means: read again and decide again. So no caller holds a transaction
//! open, nothing assumes one database, and a back end may group the commits of many callers into one.
//!
//! Rules for back ends: not found is `None`, never an error; every key begins with (platform, account), but for sightings,
//! which are counted across accounts and name none; a commit that returned `Ok` survives a crash; waiting for another writer
//! is the back end's business, up to its time-out.
//!
//! To add a back end: one file with the seven traits, one arm in [`open`], a migrations folder with the same
//! numbers and names if it has a schema, one call of `conformance::all` in its tests.
//!
//! To add a kind of row: a model in `models.rs`, a variant of [`Change`], a migration, the back ends,
//! a behaviour in `conformance`.

#[cfg(any(test, feature = "danger-test-doubles"))]
pub mod conformance;
pub mod memory;
pub mod models;
pub mod sqlite;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use login_guard_protocol::{AccountId, AttemptId, DeviceId, FactorId, KeyId, MessageId, Platform, TokenId};

pub use models::{
    AccountKey, AccountRow, AccountSnapshot, ApprovalLane, ApprovalRow, AttemptRow, Budget, DeviceRow, FactorRow,
    OutboxRow, Scope, Sighting,
};

use crate::clock::Timestamp;

/// What every store call returns: boxed, so that a store can be chosen when the service starts.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Reads accounts.
pub trait Accounts {
    /// The account's row, all its live devices and its factors, as of one moment.
    ///
    /// # Errors
    /// [`StoreError`].
    fn account<'a>(&'a self, key: &'a AccountKey) -> StoreFuture<'a, Result<AccountSnapshot, StoreError>>;
}

/// Most devices that [`Devices::devices_by_key`] gives. A browser makes one key for each login name, so that a second row
/// means a name that went to another account.
pub const DEVICES_BY_KEY: u32 = 4;

/// Reads devices across accounts: an attempt begins with a key id, before anybody has said which account it is for.
pub trait Devices {
    /// The devices that have this key, each with its account; at most [`DEVICES_BY_KEY`]. Nothing in them has been authenticated yet.
    ///
    /// # Errors
    /// [`StoreError`].
    fn devices_by_key<'a>(
        &'a self,
        platform: &'a Platform,
        key: &'a KeyId,
    ) -> StoreFuture<'a, Result<Vec<(AccountId, DeviceRow)>, StoreError>>;
}

/// Reads requests for approval.
pub trait Approvals {
    /// The account's requests for approval, those that have ended among them, in order of lane.
    ///
    /// # Errors
    /// [`StoreError`].
    fn approvals<'a>(&'a self, key: &'a AccountKey) -> StoreFuture<'a, Result<Vec<ApprovalRow>, StoreError>>;
}

/// Reads attempts.
pub trait Attempts {
    /// The attempt, if its nonce was spent here; across accounts, because a browser knows only the attempt.
    ///
    /// # Errors
    /// [`StoreError`].
    fn attempt<'a>(
        &'a self,
        platform: &'a Platform,
        attempt: AttemptId,
    ) -> StoreFuture<'a, Result<Option<AttemptRow>, StoreError>>;
}

/// Reads messages that wait, across accounts: whoever delivers them serves all.
pub trait Outbox {
    /// Messages that are due at `now`, the one due longest first, at most `limit`; each with its owner.
    ///
    /// # Errors
    /// [`StoreError`].
    fn outbox_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> StoreFuture<'_, Result<Vec<(AccountKey, OutboxRow)>, StoreError>>;
}

/// Counts what was seen of a browser release.
pub trait Sightings {
    /// How many accounts were seen under a release in the windows that began at `since` or later, by shift; each account once.
    ///
    /// # Errors
    /// [`StoreError`].
    fn sightings<'a>(
        &'a self,
        platform: &'a Platform,
        release: [u8; 16],
        since: Timestamp,
    ) -> StoreFuture<'a, Result<BTreeMap<String, u32>, StoreError>>;
}

/// Writes.
pub trait Commits {
    /// Applies all changes, durably, or none.
    ///
    /// # Errors
    /// [`CommitError::Refused`] when a condition does not hold, naming the first that failed in the list's order;
    /// [`CommitError::Store`] when it is unknown or known not to have been written.
    fn commit(&self, commit: Commit) -> StoreFuture<'_, Result<(), CommitError>>;
}

/// Upkeep.
pub trait Upkeep {
    /// Removes attempts, requests for approval, spent tokens, budgets and sightings that expired before `before`. Returns how many rows went.
    ///
    /// # Errors
    /// [`StoreError`].
    fn purge(&self, before: Timestamp) -> StoreFuture<'_, Result<u64, StoreError>>;

    /// Answers when the store can be read.
    ///
    /// # Errors
    /// [`StoreError`].
    fn ping(&self) -> StoreFuture<'_, Result<(), StoreError>>;
}

/// A whole store.
pub trait Store:
    Accounts + Approvals + Attempts + Commits + Devices + Outbox + Sightings + Upkeep + Send + Sync + std::fmt::Debug
{
}

impl<
    T: Accounts + Approvals + Attempts + Commits + Devices + Outbox + Sightings + Upkeep + Send + Sync + std::fmt::Debug,
> Store for T
{
}

/// Changes that hold together, for one account of one platform (or none, where a login name belongs to nobody).
#[derive(Clone, Debug)]
pub struct Commit {
    /// Whose rows.
    pub scope: Scope,
    /// In this order.
    pub changes: Vec<Change>,
}

/// One change, with its condition.
#[derive(Clone, Debug)]
pub enum Change {
    /// Adds one to a counter; refused with [`Refusal::Exhausted`] when it has reached the budget's limit.
    ChargeBudget(Budget),
    /// Removes a device.
    DeleteDevice(DeviceId),
    /// Removes a factor.
    DeleteFactor(FactorId),
    /// Removes a message; nothing when there is none.
    DeleteMessage(MessageId),
    /// Writes the account's row; refused with [`Refusal::Stale`] unless the stored version is `expected` (`None`: no row yet).
    PutAccount {
        /// The new row.
        row: AccountRow,
        /// The version that was read.
        expected: Option<u64>,
    },
    /// Writes a request for approval; refused with [`Refusal::Stale`] unless the lane's stored revision is `row.revision - 1`
    /// (1: the lane has none).
    PutApproval(ApprovalRow),
    /// Writes a device, new or changed. Its condition is the account row's, which goes along in every such commit.
    PutDevice(DeviceRow),
    /// Writes a factor, new or changed. Its condition is the account row's, which goes along in every such commit.
    PutFactor(FactorRow),
    /// Writes a message; refused with [`Refusal::Stale`] unless the stored revision is `row.revision - 1`, none for the first.
    PutMessage(OutboxRow),
    /// Notes what was seen; nothing when it was noted in this window already.
    PutSighting(Sighting),
    /// Gives one charge of a counter back, where what was charged did not happen; nothing when none is left.
    RefundBudget(Budget),
    /// Spends a nonce: inserts the attempt; refused with [`Refusal::Spent`] when the platform has it already.
    SpendNonce(AttemptRow),
    /// Spends a verdict token; refused with [`Refusal::Spent`] when it was spent already.
    SpendToken {
        /// The token.
        token: TokenId,
        /// When the row may go.
        expires_at: Timestamp,
    },
    /// Writes an attempt; refused with [`Refusal::Stale`] unless the stored revision is `row.revision - 1`.
    UpdateAttempt(AttemptRow),
}

/// Which condition of a commit did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A budget has no more.
    #[error("a budget is exhausted")]
    Exhausted,
    /// Spent already.
    #[error("spent already")]
    Spent,
    /// Somebody else wrote first: read again.
    #[error("changed since it was read")]
    Stale,
}

/// Why a commit did not happen.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A condition did not hold; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed; nothing may be concluded.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The store failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A stored row makes no sense. The text names table and column, never contents.
    #[error("stored data makes no sense: {table}.{column}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The database's own failure, or a time-out.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
}

/// Opens the store at `address`: `sqlite:PATH` or `memory:`.
///
/// # Errors
/// [`StoreError::Unavailable`] when the scheme is unknown or the back end does not open.
pub fn open(address: &str) -> Result<Arc<dyn Store>, StoreError> {
    match address.split_once(':') {
        Some(("sqlite", path)) => Ok(Arc::new(sqlite::SqliteStore::open(std::path::Path::new(path))?)),
        Some(("memory", "")) => Ok(Arc::new(memory::MemoryStore::default())),
        _ => Err(StoreError::Unavailable("expected an address like sqlite:PATH or memory:".into())),
    }
}
