//! Every database has the same migrations: same numbers, same names, none missing in between.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Outcome;
use crate::workspace::Workspace;

const FOLDER: &str = "crates/verifier/migrations/";

pub fn find(workspace: &Workspace) -> Outcome<Vec<String>> {
    let files = workspace.files()?;
    let mut databases: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files.iter().filter_map(|file| file.strip_prefix(FOLDER)) {
        if let Some((database, name)) = file.split_once('/') {
            databases.entry(database).or_default().insert(name);
        }
    }
    if databases.is_empty() {
        return Ok(vec![format!("{FOLDER} holds no migration")]);
    }
    Ok(problems(&databases))
}

fn problems(databases: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let mut found = Vec::new();
    let all: BTreeSet<&str> = databases.values().flatten().copied().collect();
    for (database, names) in databases {
        for missing in all.difference(names) {
            found.push(format!("{FOLDER}{database}/{missing} is missing, another database has it"));
        }
        for (index, name) in names.iter().enumerate() {
            let expected = format!("{:04}_", index + 1);
            let words = name.strip_prefix(&expected).and_then(|tail| tail.strip_suffix(".sql"));
            let well_named = words
                .is_some_and(|words| words.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
            if !well_named {
                found.push(format!("{FOLDER}{database}/{name}: expected {expected}what_it_does.sql"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_folders_pass() {
        let names = BTreeSet::from(["0001_devices.sql", "0002_attempts.sql"]);
        assert!(problems(&BTreeMap::from([("sqlite", names.clone()), ("postgres", names)])).is_empty());
    }

    #[test]
    fn a_missing_a_skipped_and_a_misnamed_migration_are_found() {
        let sqlite = BTreeSet::from(["0001_devices.sql", "0003_attempts.sql"]);
        let postgres = BTreeSet::from(["0001_devices.sql"]);
        let found = problems(&BTreeMap::from([("sqlite", sqlite), ("postgres", postgres)]));
        assert!(found.iter().any(|line| line.contains("postgres/0003_attempts.sql is missing")), "{found:?}");
        assert!(found.iter().any(|line| line.contains("expected 0002_")), "{found:?}");
    }
}
