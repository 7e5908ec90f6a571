//! The schema, step by step. A step is never edited after release: each is recorded with its digest.

use login_guard_protocol::Digest;
use rusqlite::{Connection, TransactionBehavior};

use super::super::StoreError;
use super::unavailable;

/// Every step, in order: its number and name as in its file's name, and its text.
const STEPS: [Step; 11] = [
    Step { number: 1, name: "accounts", sql: include_str!("../../../migrations/sqlite/0001_accounts.sql") },
    Step { number: 2, name: "attempts", sql: include_str!("../../../migrations/sqlite/0002_attempts.sql") },
    Step { number: 3, name: "budgets", sql: include_str!("../../../migrations/sqlite/0003_budgets.sql") },
    Step { number: 4, name: "tokens", sql: include_str!("../../../migrations/sqlite/0004_tokens.sql") },
    Step { number: 5, name: "sightings", sql: include_str!("../../../migrations/sqlite/0005_sightings.sql") },
    Step { number: 6, name: "cookie_ratchet", sql: include_str!("../../../migrations/sqlite/0006_cookie_ratchet.sql") },
    Step { number: 7, name: "device_keys", sql: include_str!("../../../migrations/sqlite/0007_device_keys.sql") },
    Step { number: 8, name: "canvas_probes", sql: include_str!("../../../migrations/sqlite/0008_canvas_probes.sql") },
    Step { number: 9, name: "factors", sql: include_str!("../../../migrations/sqlite/0009_factors.sql") },
    Step { number: 10, name: "approvals", sql: include_str!("../../../migrations/sqlite/0010_approvals.sql") },
    Step { number: 11, name: "outbox", sql: include_str!("../../../migrations/sqlite/0011_outbox.sql") },
];

/// One step.
struct Step {
    number: u32,
    name: &'static str,
    sql: &'static str,
}

/// Applies the steps that are missing, in one transaction; of several processes that start at once, one does it.
///
/// # Errors
/// [`StoreError::Unavailable`] when the schema is newer than this build, or a recorded step is not ours.
pub(super) fn apply(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unavailable)?;
    transaction
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS migrations (
                number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL) STRICT",
        )
        .map_err(unavailable)?;
    check_version(&transaction)?;
    for step in &STEPS {
        let digest = Digest::of(step.sql.as_bytes()).to_base64url();
        match recorded(&transaction, step.number)? {
            Some(found) if found == (step.name.to_owned(), digest.clone()) => {}
            Some(_) => {
                return Err(unavailable(format_args!(
                    "schema step {} is not the one that this build knows",
                    step.number
                )));
            }
            None => {
                transaction.execute_batch(step.sql).map_err(unavailable)?;
                transaction
                    .execute(
                        "INSERT INTO migrations (number, name, digest) VALUES (?1, ?2, ?3)",
                        (step.number, step.name, digest),
                    )
                    .map_err(unavailable)?;
            }
        }
    }
    transaction.commit().map_err(unavailable)
}

/// Refuses a database that a newer build has changed: what it relies on is unknown here.
fn check_version(connection: &Connection) -> Result<(), StoreError> {
    let newest: u32 = connection
        .query_row("SELECT coalesce(max(number), 0) FROM migrations", [], |row| row.get(0))
        .map_err(unavailable)?;
    let known = STEPS.iter().map(|step| step.number).max().unwrap_or(0);
    if newest <= known {
        return Ok(());
    }
    Err(unavailable(format_args!("the database has schema {newest}, this build knows schemas up to {known}")))
}

/// Name and digest of a step that was applied.
fn recorded(connection: &Connection, number: u32) -> Result<Option<(String, String)>, StoreError> {
    let mut statement =
        connection.prepare("SELECT name, digest FROM migrations WHERE number = ?1").map_err(unavailable)?;
    let mut rows = statement.query([number]).map_err(unavailable)?;
    let Some(row) = rows.next().map_err(unavailable)? else { return Ok(None) };
    Ok(Some((row.get(0).map_err(unavailable)?, row.get(1).map_err(unavailable)?)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_is_a_step_and_every_step_a_file() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
        let files: BTreeSet<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let steps: BTreeSet<String> =
            STEPS.iter().map(|step| format!("{:04}_{}.sql", step.number, step.name)).collect();
        assert_eq!(files, steps);
    }

    #[test]
    fn every_key_begins_with_platform_and_account_but_for_what_is_counted_across_accounts() {
        let mut connection = Connection::open_in_memory().unwrap();
        apply(&mut connection).unwrap();
        let mut statement = connection
            .prepare(
                "SELECT t.name, k.name FROM pragma_table_list t JOIN pragma_table_info(t.name) k
                 WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'migrations' AND k.pk BETWEEN 1 AND 2
                 ORDER BY t.name, k.pk",
            )
            .unwrap();
        let keys: Vec<(String, String)> =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        assert_eq!(keys.len(), 18, "nine tables");
        for pair in keys.chunks(2) {
            let second = if pair[0].0 == "sightings" { "release" } else { "account" };
            assert_eq!((pair[0].1.as_str(), pair[1].1.as_str()), ("platform", second), "{}", pair[0].0);
        }
    }
}
