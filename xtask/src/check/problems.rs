//! The page of the protocol lists every problem code with its status, in the order of the source, and no other.

use crate::failure::Outcome;
use crate::workspace::Workspace;

const SOURCE: &str = "crates/protocol/src/problem.rs";
const PAGE: &str = "docs/protocol.md";

pub fn find(workspace: &Workspace) -> Outcome<Vec<String>> {
    Ok(differences(&in_source(&workspace.read(SOURCE)?), &in_page(&workspace.read(PAGE)?)))
}

type Code = (String, String);

/// Lines such as `NotFound, "not-found", 404, "there is nothing here";`.
fn in_source(source: &str) -> Vec<Code> {
    let entry = |line: &str| {
        let mut parts = line.trim().split(", ");
        let variant = parts.next()?;
        let code = parts.next()?.strip_prefix('"')?.strip_suffix('"')?;
        let status = parts.next()?;
        let is_entry = variant.chars().all(char::is_alphanumeric) && status.len() == 3 && status.parse::<u16>().is_ok();
        is_entry.then(|| (code.to_owned(), status.to_owned()))
    };
    source.lines().filter_map(entry).collect()
}

/// Rows of the table below `## Problems`.
fn in_page(page: &str) -> Vec<Code> {
    let section = page.split("\n## Problems\n").nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|');
        let code = cells.next()?.trim().strip_suffix('`')?;
        Some((code.to_owned(), cells.next()?.trim().to_owned()))
    };
    section.lines().filter_map(row).collect()
}

fn differences(source: &[Code], page: &[Code]) -> Vec<String> {
    let name = |(code, status): &Code| format!("`{code}` ({status})");
    let mut found: Vec<String> = Vec::new();
    found.extend(
        source.iter().filter(|code| !page.contains(code)).map(|code| format!("{PAGE} does not list {}", name(code))),
    );
    found.extend(
        page.iter()
            .filter(|code| !source.contains(code))
            .map(|code| format!("{PAGE} lists {}, {SOURCE} does not", name(code))),
    );
    if source.is_empty() {
        found.push(format!("{SOURCE} holds no table of problems"));
    }
    if found.is_empty() && source != page {
        found.push(format!("{PAGE} lists the problems in another order than {SOURCE}"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRIES: &str = "    /// Words.\n    NotFound, \"not-found\", 404, \"nothing here\";\n    Internal, \"internal\", 500, \"a bug, ours\";\n";

    #[test]
    fn an_equal_table_passes() {
        let page = "x\n## Problems\n\n| Code | Status | When |\n|---|---|---|\n| `not-found` | 404 | no |\n| `internal` | 500 | bug |\n\n## Limits\n| `x` | 1 |";
        assert_eq!(differences(&in_source(ENTRIES), &in_page(page)), Vec::<String>::new());
    }

    #[test]
    fn an_unlisted_code_and_a_wrong_status_are_found() {
        let found = differences(&in_source(ENTRIES), &in_page("\n## Problems\n| `not-found` | 410 | no |\n"));
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
