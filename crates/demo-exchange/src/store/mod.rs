//! What the exchange keeps, in one SQLite file: accounts, sessions, wallets and orders, and the inbox.
//!
//! May import: rusqlite and the rooms without HTTP. To keep one more thing: a table in `schema.sql`, a file here.

mod accounts;
mod mails;
mod sessions;
mod wallets;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;

pub use accounts::Account;
pub use mails::StoredMail;
pub use sessions::{Entry, HALF_SESSION_S, HalfSession, LoggedIn};
pub(crate) use wallets::notional;
pub use wallets::{Balance, MoveError, Order, Side, UNIT, Wallet};

/// Version of `schema.sql`; kept in the database as SQLite's `user_version`.
const SCHEMA: i64 = 4;

/// The database did not do what it was asked. Cloneable and without details for pages; the cause is logged once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database refused or failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    /// The folder of the database cannot be used.
    #[error("the folder of the database cannot be used")]
    Folder(#[from] std::io::Error),
    /// The work was stopped before it ended.
    #[error("the work was stopped")]
    Stopped,
    /// An account's password could not be hashed.
    #[error("a password could not be hashed")]
    Hash(#[from] crate::password::HashError),
}

/// The database. Clones share it.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
}

impl Store {
    /// Opens the file, and makes it when there is none.
    ///
    /// # Errors
    /// [`StoreError::Database`] or [`StoreError::Folder`].
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        if connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? != SCHEMA {
            // sessions are short: those of another schema end
            connection.execute_batch("DROP TABLE IF EXISTS sessions; DROP TABLE IF EXISTS half_sessions")?;
            connection.pragma_update(None, "user_version", SCHEMA)?;
        }
        connection.execute_batch(include_str!("schema.sql"))?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Runs work on the database outside the asynchronous threads.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        let result = tokio::task::spawn_blocking(move || store.run_here(work));
        Ok(result.await.map_err(|_| StoreError::Stopped)??)
    }

    fn run_here<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        // a panic elsewhere rolled its transaction back when it unwound
        work(&mut self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whole seconds since 1970.
fn seconds(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(since).unwrap_or(i64::MAX)
}
