//! Key and cookie are right, but most of what was enrolled of the machine is not there any more.
//!
//! The profile may have been copied to another machine, or the browser was hardened. Evidence never raises trust:
//! whatever is equal is worth nothing, and what is absent or noisy now counts as changed.

use super::{Circumstances, Finding, finding};
use crate::matching::Comparison;

/// Finds a machine most of whose steady components changed or vanished.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.comparison.is_some_and(Comparison::differs_mostly);
    found.then(|| finding("machine-differs", 40, "Most of what was known of this machine has changed.")).flatten()
}
