//! The matcher's table, counted anew from labelled pairs where they cover a component.

use login_guard_linkage::{Likelihoods, Tally, Truth};
use serde_json::{Map, Value, json};

use super::read::Pair;
use crate::failure::{Because, Failure, Outcome};
use crate::workspace::Workspace;

/// The matcher's table.
const FILE: &str = "crates/verifier/src/matching/weights.json";
/// The column that tells whether the version changed.
const VERSION: &str = "majorBrowserVersion";

/// Rewrites every row that names columns; `source` says where the pairs come from, for whoever reads the table.
pub fn write(workspace: &Workspace, pairs: &[Pair], source: &str) -> Outcome {
    let written = rewrite(&workspace.read(FILE)?, pairs, source)?;
    std::fs::write(workspace.path(FILE), written).because(|| format!("writing {FILE}"))
}

/// The text of the table with its counted rows replaced.
pub fn rewrite(text: &str, pairs: &[Pair], source: &str) -> Outcome<String> {
    let mut table: Map<String, Value> = serde_json::from_str(text).because(|| FILE.to_owned())?;
    table.insert("counted_from".to_owned(), json!(source));
    let rows = table.get_mut("rows").and_then(Value::as_array_mut);
    for row in rows.ok_or_else(|| Failure::new(format!("{FILE} has no rows")))? {
        let columns: Vec<String> = match row.get("columns") {
            Some(columns) => serde_json::from_value(columns.clone()).because(|| format!("{FILE}: columns"))?,
            None => continue,
        };
        let mut sentences = Vec::new();
        if row.get("upgraded").is_some() {
            let (same, newer): (Vec<&Pair>, _) = pairs.iter().partition(|pair| pair.is_equal(VERSION));
            row["changed"] = count(&same, &columns, "With equal versions", &mut sentences);
            row["upgraded"] = count(&newer, &columns, "With different versions", &mut sentences);
        } else {
            let all: Vec<&Pair> = pairs.iter().collect();
            row["changed"] = count(&all, &columns, "In all", &mut sentences);
        }
        row["source"] = json!(format!("Counted. {}", sentences.join(" ")));
    }
    Ok(lines(&table))
}

/// The likelihoods of a change in any of the columns. Every row of the file counts: frequencies are what is asked for.
fn count(pairs: &[&Pair], columns: &[String], when: &str, sentences: &mut Vec<String>) -> Value {
    let (mut changed, mut whole) = (Tally::default(), Tally::default());
    for pair in pairs {
        let is_changed = columns.iter().any(|column| !pair.is_equal(column));
        for _ in 0..pair.rows {
            whole.count(pair.truth);
            if is_changed {
                changed.count(pair.truth);
            }
        }
    }
    let of = |truth| format!("{} of {}", changed.of(truth), whole.of(truth));
    sentences.push(format!(
        "{when}, changed in {} pairs of one browser and {} of two.",
        of(Truth::Same),
        of(Truth::Another)
    ));
    let shares = changed.share(&whole, 1.0, Likelihoods { another: 0.5, same: 0.5 });
    let rounded = |share: f64| (share * 1e5).round() / 1e5;
    json!({"another": rounded(shares.another), "same": rounded(shares.same)})
}

/// One line for each row, so that a difference shows what moved.
fn lines(table: &Map<String, Value>) -> String {
    let member = |(name, value): (&String, &Value)| match value.as_array() {
        Some(rows) => {
            let rows: Vec<String> = rows.iter().map(|row| format!("    {row}")).collect();
            format!("  {}: [\n{}\n  ]", json!(name), rows.join(",\n"))
        }
        None => format!("  {}: {value}", json!(name)),
    };
    format!("{{\n{}\n}}\n", table.iter().map(member).collect::<Vec<_>>().join(",\n"))
}
