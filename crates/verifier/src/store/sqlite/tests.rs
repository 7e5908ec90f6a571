//! What is SQLite's own; the rest is in `conformance`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use login_guard_protocol::{AttemptId, Platform};
use rusqlite::Connection;
use tempfile::TempDir;

use super::super::{AttemptRow, Attempts, Change, Commit, CommitError, Commits, Scope, Store, StoreError, conformance};
use super::SqliteStore;
use crate::clock::Timestamp;

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_behaves_like_every_store() {
    let folder = TempDir::new().unwrap();
    let files = AtomicU32::new(0);
    let make = || -> Arc<dyn Store> {
        let file = files.fetch_add(1, Ordering::SeqCst);
        Arc::new(SqliteStore::open(&folder.path().join(format!("{file}.db"))).unwrap())
    };
    conformance::all(&make).await.unwrap();
}

#[tokio::test]
async fn commit_survives_reopening() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    store.commit(spend(7)).await.unwrap();
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    let platform = Platform::parse("acex").unwrap();
    assert!(store.attempt(&platform, AttemptId::from_bytes([7; 16])).await.unwrap().is_some());
    assert!(matches!(store.commit(spend(7)).await, Err(CommitError::Refused(_))));
}

#[tokio::test]
async fn commits_that_were_queued_are_written_before_the_store_closes() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..100 {
        // polled once, so that it is queued, and then given up: nobody waits for the answer
        let commit = store.commit(spend(number));
        tokio::select! { biased; _ = commit => {}, () = std::future::ready(()) => {} }
    }
    drop(store);
    let rows: u32 =
        Connection::open(&path).unwrap().query_row("SELECT count(*) FROM attempts", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stores_on_one_file_see_each_other() {
    let (_folder, path) = place();
    let stores = [SqliteStore::open(&path).unwrap(), SqliteStore::open(&path).unwrap()];
    let platform = Platform::parse("acex").unwrap();
    for number in 0..20 {
        let [one, other] = &stores;
        let (first, second) = tokio::join!(one.commit(spend(number)), other.commit(spend(number)));
        assert_eq!([&first, &second].into_iter().filter(|outcome| outcome.is_ok()).count(), 1, "{first:?} {second:?}");
        for store in &stores {
            assert!(store.attempt(&platform, AttemptId::from_bytes([number; 16])).await.unwrap().is_some());
        }
    }
}

#[test]
fn many_may_open_a_new_file_at_once() {
    let (_folder, path) = place();
    std::thread::scope(|scope| {
        let openings: Vec<_> = (0..8).map(|_| scope.spawn(|| SqliteStore::open(&path).map(drop))).collect();
        for opening in openings {
            opening.join().unwrap().unwrap();
        }
    });
}

#[cfg(unix)]
#[tokio::test]
async fn new_file_and_its_companions_are_the_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    store.commit(spend(7)).await.unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        files += 1;
    }
    assert_eq!(files, 3, "database, log and its index");
}

#[test]
fn newer_schema_is_refused() {
    let (_folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.execute("INSERT INTO migrations VALUES (9999, 'later', '')", []).unwrap();
    drop(connection);
    let text = SqliteStore::open(&path).unwrap_err().to_string();
    assert_eq!(text, "the store is unavailable: the database has schema 9999, this build knows schemas up to 11");
}

#[test]
fn edited_schema_step_is_refused() {
    let (_folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.execute("UPDATE migrations SET digest = '' WHERE number = 2", []).unwrap();
    drop(connection);
    let text = SqliteStore::open(&path).unwrap_err().to_string();
    assert_eq!(text, "the store is unavailable: schema step 2 is not the one that this build knows");
}

#[test]
fn file_that_is_no_database_is_refused_and_left_alone() {
    let (_folder, path) = place();
    let text = "not a database at all, but longer than a header of one hundred bytes would have to be to count as one";
    std::fs::write(&path, text).unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(StoreError::Unavailable(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn row_that_makes_no_sense_is_named_without_its_contents() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    store.commit(spend(7)).await.unwrap();
    let connection = Connection::open(&path).unwrap();
    connection.execute("UPDATE attempts SET account = 'two words'", []).unwrap();
    let found = store.attempt(&Platform::parse("acex").unwrap(), AttemptId::from_bytes([7; 16])).await;
    assert_eq!(found.unwrap_err().to_string(), "stored data makes no sense: attempts.account");
}

#[tokio::test]
async fn number_too_large_for_a_column_is_refused() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    let mut commit = spend(7);
    if let [Change::SpendNonce(row)] = commit.changes.as_mut_slice() {
        row.expires_at = Timestamp::from_millis(u64::MAX);
    }
    let outcome = store.commit(commit).await;
    assert!(matches!(
        outcome,
        Err(CommitError::Store(StoreError::Inconsistent { table: "attempts", column: "expires_at" }))
    ));
}

fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("verifier.db");
    (folder, path)
}

fn spend(number: u8) -> Commit {
    let row = AttemptRow {
        account: None,
        attempt: AttemptId::from_bytes([number; 16]),
        revision: 1,
        sealed: vec![number; 700],
        expires_at: Timestamp::from_millis(1_000),
    };
    let scope = Scope { platform: Platform::parse("acex").unwrap(), account: None };
    Commit { scope, changes: vec![Change::SpendNonce(row)] }
}
