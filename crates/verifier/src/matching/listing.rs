//! Outcomes to be told to a person: what became of each row, without what it weighs.

use login_guard_protocol::evidence::Evidence;

use super::outcome::{self, Outcome};
use super::weights::{Change, Kind, WEIGHTS};

/// A row of the table, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The component's or fact's name.
    pub name: &'static str,
    /// What carries it.
    pub kind: Kind,
    /// How its changes are taken.
    pub change: Change,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of each row that one of the two documents says something about, in the table's order.
pub fn list(enrolled: &Evidence, today: &Evidence) -> Vec<Listed> {
    let Some(weights) = &*WEIGHTS else { return Vec::new() };
    let listed = weights.rows.iter().filter_map(|row| {
        let outcome = outcome::judge(row, enrolled, today, weights.similar_from)?;
        Some(Listed { name: &row.name, kind: row.kind, change: row.change, outcome })
    });
    listed.collect()
}
