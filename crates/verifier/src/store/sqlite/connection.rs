//! Opening the file, and waiting for others who write to it.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::super::StoreError;
use super::unavailable;

/// How long to wait for another process before a caller is told that the store is unavailable.
const PATIENCE: Duration = Duration::from_secs(10);
/// Middle of the longest single wait, in microseconds. A busy writer leaves the lock for a moment between its groups;
/// asking this often meets such a moment long before patience ends.
const LONGEST_STEP: u64 = 1_600;
/// Statements kept prepared by each connection; there are fewer.
const STATEMENTS: usize = 48;
/// Pages (of 4 KiB) in the log at which a commit moves them into the file itself, should the checkpointing thread have
/// fallen behind for so long: 64 MiB.
const LOG_PAGES: u32 = 16_384;

/// Makes the file when there is none, for its owner only. SQLite gives its companions the same permissions.
pub(super) fn make_file(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(unavailable(error)),
        _ => Ok(()),
    }
}

/// Opens the connection that writes: write-ahead log, every commit on disk before it is answered.
pub(super) fn open_writing(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path)?;
    // turning the log on takes a lock that SQLite does not wait for by itself
    patiently(|| connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0)))
        .map_err(unavailable)
        .and_then(
            |mode| if mode == "wal" { Ok(()) } else { Err(unavailable("no write-ahead log on this file system")) },
        )?;
    patiently(|| connection.pragma_update(None, "synchronous", "full")).map_err(unavailable)?;
    patiently(|| connection.pragma_update(None, "foreign_keys", true)).map_err(unavailable)?;
    patiently(|| connection.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(())))
        .map_err(unavailable)?;
    Ok(connection)
}

/// Opens a connection that moves the log into the file.
pub(super) fn open_checkpointing(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path)?;
    patiently(|| connection.pragma_update(None, "synchronous", "full")).map_err(unavailable)?;
    Ok(connection)
}

/// Opens a connection that reads.
pub(super) fn open_reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path)?;
    patiently(|| connection.pragma_update(None, "query_only", true)).map_err(unavailable)?;
    Ok(connection)
}

/// Runs a statement without parameters and results, kept prepared.
pub(super) fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    let mut patience = Patience::new();
    connection
        .busy_handler(Some(move |tries: i32| {
            if tries == 0 {
                patience = Patience::new();
            }
            patience.wait()
        }))
        .map_err(unavailable)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Tries again while somebody else holds the lock.
fn patiently<T>(mut attempt: impl FnMut() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let mut patience = Patience::new();
    loop {
        match attempt() {
            Err(error) if is_busy(&error) && patience.wait() => {}
            outcome => return outcome,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Waits that grow and differ between processes, so that no two keep meeting, up to [`PATIENCE`].
#[derive(Debug)]
struct Patience {
    step: u64,
    stream: u64,
    waited: Duration,
}

impl Patience {
    fn new() -> Self {
        // processes need different streams, not secret ones
        Self { step: 200, stream: u64::from(std::process::id()) | 1 << 40, waited: Duration::ZERO }
    }

    /// Waits once; false when patience is at its end.
    fn wait(&mut self) -> bool {
        // xorshift (Marsaglia 2003)
        self.stream ^= self.stream << 13;
        self.stream ^= self.stream >> 7;
        self.stream ^= self.stream << 17;
        let wait = Duration::from_micros(self.step / 2 + self.stream % self.step);
        self.step = (self.step * 2).min(LONGEST_STEP);
        self.waited += wait;
        let patient = self.waited < PATIENCE;
        if patient {
            thread::sleep(wait);
        }
        patient
    }
}
