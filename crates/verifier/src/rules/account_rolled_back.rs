//! The account's rows are older than what this device has seen: a back-up or an insider turned them back.

use super::{Circumstances, Finding, Head, finding};

/// Finds a head newer than the rows.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.head == Head::Newer;
    found
        .then(|| finding("account-rolled-back", 60, "The account's records are older than this device remembers them."))
        .flatten()
}
