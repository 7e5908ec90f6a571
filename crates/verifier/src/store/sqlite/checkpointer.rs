//! The thread that moves what was committed from the log into the file, so that no commit waits for it.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::super::StoreError;
use super::connection::open_checkpointing;
use super::unavailable;

/// Wakes the thread. Dropping it ends the thread.
#[derive(Debug)]
pub(super) struct Checkpointer {
    bell: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread with a connection of its own.
    pub(super) fn start(path: &Path) -> Result<Self, StoreError> {
        let connection = open_checkpointing(path)?;
        let (bell, bells) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("store-checkpointer".into())
            .spawn(move || checkpoint(&connection, &bells))
            .map_err(unavailable)?;
        Ok(Self { bell: Some(bell), thread: Some(thread) })
    }

    /// Asks for a checkpoint; one that is under way already is enough.
    pub(super) fn ring(&self) {
        if let Some(bell) = &self.bell {
            // full: the thread will come round anyway
            let _ = bell.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.bell.take();
        if let Some(thread) = self.thread.take() {
            // the thread does not panic; if it did, there would be nothing left to wait for
            let _ = thread.join();
        }
    }
}

fn checkpoint(connection: &Connection, bells: &Receiver<()>) {
    while bells.recv().is_ok() {
        // passive: waits for nobody and holds nobody up; what it could not move yet is moved the next time
        let moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(0));
        if let Err(error) = moved {
            tracing::warn!(store.cause = %error, "a checkpoint failed; commits stay in the log");
        }
    }
}
