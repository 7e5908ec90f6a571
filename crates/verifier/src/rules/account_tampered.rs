//! The account's rows do not verify: somebody wrote to the database past us.

use super::{Circumstances, Finding, Rows, finding};

/// Finds rows that fail.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.rows == Rows::Tampered;
    found.then(|| finding("account-tampered", 60, "The account's records were changed from outside.")).flatten()
}
