//! The threads that read, each on snapshots of its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use login_guard_protocol::{AccountId, AttemptId, KeyId, Platform};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::super::{AccountKey, AccountSnapshot, ApprovalRow, AttemptRow, DeviceRow, OutboxRow, StoreError};
use super::connection::{open_reading, run};
use super::{rows, unavailable};
use crate::clock::Timestamp;

/// Reading threads.
const READERS: usize = 2;
/// Reads that may wait for one thread; further callers wait for a place.
const QUEUE: usize = 512;
/// Most reads on one snapshot.
const GROUP: usize = 32;

/// The reading threads' queues. Dropping it ends the threads.
#[derive(Debug)]
pub(super) struct Readers {
    queues: Vec<mpsc::Sender<Read>>,
    next: AtomicUsize,
}

impl Readers {
    /// Starts the threads.
    pub(super) fn start(path: &Path) -> Result<Self, StoreError> {
        let queues = (0..READERS).map(|_| start_one(path)).collect::<Result<_, _>>()?;
        Ok(Self { queues, next: AtomicUsize::new(0) })
    }

    /// Reads an account.
    pub(super) async fn account(&self, key: AccountKey) -> Result<AccountSnapshot, StoreError> {
        self.ask(|reply| Read::Account { key, reply }).await
    }

    /// Reads an account's requests for approval.
    pub(super) async fn approvals(&self, key: AccountKey) -> Result<Vec<ApprovalRow>, StoreError> {
        self.ask(|reply| Read::Approvals { key, reply }).await
    }

    /// Reads the devices with a key.
    pub(super) async fn devices_by_key(
        &self,
        platform: Platform,
        key: KeyId,
        limit: u32,
    ) -> Result<Vec<(AccountId, DeviceRow)>, StoreError> {
        self.ask(|reply| Read::DevicesByKey { platform, key, limit, reply }).await
    }

    /// Reads an attempt.
    pub(super) async fn attempt(
        &self,
        platform: Platform,
        attempt: AttemptId,
    ) -> Result<Option<AttemptRow>, StoreError> {
        self.ask(|reply| Read::Attempt { platform, attempt, reply }).await
    }

    /// Reads messages that are due.
    pub(super) async fn outbox_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(AccountKey, OutboxRow)>, StoreError> {
        self.ask(|reply| Read::OutboxDue { now, limit, reply }).await
    }

    /// Reads something.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.ask(|reply| Read::Ping { reply }).await
    }

    /// Counts sightings.
    pub(super) async fn sightings(
        &self,
        platform: Platform,
        release: [u8; 16],
        since: Timestamp,
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        self.ask(|reply| Read::Sightings { platform, release, since, reply }).await
    }

    async fn ask<T>(&self, read: impl FnOnce(Reply<T>) -> Read) -> Result<T, StoreError> {
        let stopped = || unavailable("the readers have stopped");
        let (reply, answer) = oneshot::channel();
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let queue = self.queues.get(turn % READERS).ok_or_else(stopped)?;
        queue.send(read(reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something to read, and whom to tell.
enum Read {
    Account { key: AccountKey, reply: Reply<AccountSnapshot> },
    Approvals { key: AccountKey, reply: Reply<Vec<ApprovalRow>> },
    Attempt { platform: Platform, attempt: AttemptId, reply: Reply<Option<AttemptRow>> },
    DevicesByKey { platform: Platform, key: KeyId, limit: u32, reply: Reply<Vec<(AccountId, DeviceRow)>> },
    OutboxDue { now: Timestamp, limit: u32, reply: Reply<Vec<(AccountKey, OutboxRow)>> },
    Ping { reply: Reply<()> },
    Sightings { platform: Platform, release: [u8; 16], since: Timestamp, reply: Reply<BTreeMap<String, u32>> },
}

impl Read {
    fn answer(self, connection: &Connection) {
        // a caller that has gone away needs no answer
        match self {
            Self::Account { key, reply } => drop(reply.send(rows::account(connection, &key))),
            Self::Approvals { key, reply } => drop(reply.send(rows::approvals(connection, &key))),
            Self::Attempt { platform, attempt, reply } => {
                drop(reply.send(rows::attempt(connection, &platform, attempt)));
            }
            Self::DevicesByKey { platform, key, limit, reply } => {
                drop(reply.send(rows::devices_by_key(connection, &platform, &key, limit)));
            }
            Self::OutboxDue { now, limit, reply } => drop(reply.send(rows::outbox_due(connection, now, limit))),
            Self::Ping { reply } => drop(reply.send(rows::ping(connection))),
            Self::Sightings { platform, release, since, reply } => {
                drop(reply.send(rows::sightings(connection, &platform, release, since)));
            }
        }
    }

    fn fail(self, error: StoreError) {
        match self {
            Self::Account { reply, .. } => drop(reply.send(Err(error))),
            Self::Approvals { reply, .. } => drop(reply.send(Err(error))),
            Self::Attempt { reply, .. } => drop(reply.send(Err(error))),
            Self::DevicesByKey { reply, .. } => drop(reply.send(Err(error))),
            Self::OutboxDue { reply, .. } => drop(reply.send(Err(error))),
            Self::Ping { reply } => drop(reply.send(Err(error))),
            Self::Sightings { reply, .. } => drop(reply.send(Err(error))),
        }
    }
}

fn start_one(path: &Path) -> Result<mpsc::Sender<Read>, StoreError> {
    let connection = open_reading(path)?;
    let (queue, reads) = mpsc::channel(QUEUE);
    std::thread::Builder::new()
        .name("store-reader".into())
        .spawn(move || read(&connection, reads))
        .map_err(unavailable)?;
    Ok(queue)
}

fn read(connection: &Connection, mut reads: mpsc::Receiver<Read>) {
    let mut group = Vec::with_capacity(GROUP);
    while reads.blocking_recv_many(&mut group, GROUP) > 0 {
        // the snapshot is taken after the reads were asked for, so that each sees every commit answered before it
        if let Err(error) = run(connection, "BEGIN") {
            group.drain(..).for_each(|read| read.fail(unavailable(&error)));
            continue;
        }
        group.drain(..).for_each(|read| read.answer(connection));
        // reading transactions have nothing to lose
        if run(connection, "COMMIT").is_err() {
            let _ = run(connection, "ROLLBACK");
        }
    }
}
