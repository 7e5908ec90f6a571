//! The thread that writes, in groups.

use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::super::{Commit, CommitError, StoreError};
use super::checkpointer::Checkpointer;
use super::connection::run;
use super::{changes, unavailable};
use crate::clock::Timestamp;

/// Jobs that may wait; further callers wait for a place.
const QUEUE: usize = 1024;
/// Most jobs in one group.
const GROUP: usize = 256;
/// Jobs after which the log is moved into the file: some 1,000 pages, the amount that SQLite itself waits for.
const CHECKPOINT_EVERY: usize = 256;

/// The writing thread's queue. Dropping it lets the thread finish what is queued.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection, checkpointer: Checkpointer) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || write(&connection, &checkpointer, queue))
            .map_err(unavailable)?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Commits, and answers when it is on disk.
    pub(super) async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.ask(Work::Commit(commit)).await.map(drop)
    }

    /// Removes what expired, a little at a time, so that commits go in between.
    pub(super) async fn purge(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut sum = 0;
        loop {
            match self.ask(Work::Purge(before)).await {
                Ok(0) => return Ok(sum),
                Ok(removed) => sum += u64::try_from(removed).unwrap_or(u64::MAX),
                Err(CommitError::Store(error)) => return Err(error),
                Err(CommitError::Refused(refusal)) => return Err(unavailable(refusal)),
            }
        }
    }

    async fn ask(&self, work: Work) -> Result<usize, CommitError> {
        let stopped = || CommitError::Store(unavailable("the writer has stopped"));
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        jobs.send(Job { work, reply }).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs.take();
        if let Some(thread) = self.thread.take() {
            // the thread does not panic; if it did, there would be nothing left to wait for
            let _ = thread.join();
        }
    }
}

/// Something to write, and whom to tell.
struct Job {
    work: Work,
    reply: oneshot::Sender<Outcome>,
}

enum Work {
    Commit(Commit),
    Purge(Timestamp),
}

/// How many rows were purged; 0 for a commit.
type Outcome = Result<usize, CommitError>;

fn write(connection: &Connection, checkpointer: &Checkpointer, mut queue: mpsc::Receiver<Job>) {
    let mut group = Vec::with_capacity(GROUP);
    let mut written = 0;
    while queue.blocking_recv_many(&mut group, GROUP) > 0 {
        written += group.len();
        match write_group(connection, &group) {
            Ok(outcomes) => {
                for (job, outcome) in group.drain(..).zip(outcomes) {
                    // a caller that has gone away needs no answer
                    let _ = job.reply.send(outcome);
                }
            }
            Err(error) => {
                // after a failed COMMIT there may be nothing to roll back
                if !connection.is_autocommit() {
                    let _ = run(connection, "ROLLBACK");
                }
                for job in group.drain(..) {
                    let _ = job.reply.send(Err(unavailable(&error).into()));
                }
            }
        }
        if written >= CHECKPOINT_EVERY {
            written = 0;
            checkpointer.ring();
        }
    }
}

/// Writes a group: when it returns, all of it is on disk.
fn write_group(connection: &Connection, group: &[Job]) -> rusqlite::Result<Vec<Outcome>> {
    run(connection, "BEGIN IMMEDIATE")?;
    let outcomes = group.iter().map(|job| write_one(connection, &job.work)).collect::<rusqlite::Result<_>>()?;
    run(connection, "COMMIT")?;
    Ok(outcomes)
}

/// Writes one job whole or not at all, whatever becomes of the others.
fn write_one(connection: &Connection, work: &Work) -> rusqlite::Result<Outcome> {
    run(connection, "SAVEPOINT job")?;
    let outcome = match work {
        Work::Commit(commit) => changes::apply(connection, commit).map(|()| 0),
        Work::Purge(before) => changes::purge(connection, *before).map_err(CommitError::from),
    };
    if outcome.is_err() {
        run(connection, "ROLLBACK TO job")?;
    }
    run(connection, "RELEASE job")?;
    Ok(outcome)
}
