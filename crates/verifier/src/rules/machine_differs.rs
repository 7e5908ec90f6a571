//! Key and cookie are right, but what was enrolled of the machine is not there any more.
//!
//! The profile may have been copied to another machine, or the browser was hardened. Evidence never raises trust:
//! whatever is equal can be copied and is worth next to nothing, and what is absent or noisy now counts as changed.

use super::{Circumstances, Finding, finding};

/// Finds a machine that is likelier another one than the one that was enrolled; says why.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let comparison = circumstances.comparison.as_ref().filter(|comparison| comparison.differs_mostly())?;
    let mut reasons = comparison.reasons();
    reasons.truncate(REASONS);
    let sentence = match reasons.as_slice() {
        _ if comparison.is_unknown => "Too little of this machine was read when it was enrolled.".to_owned(),
        [] => "Nothing is known of this machine.".to_owned(),
        reasons => format!("What was known of this machine has changed: {}.", reasons.join(", ")),
    };
    finding("machine-differs", 40, &sentence)
}

/// How many components a sentence names.
const REASONS: usize = 4;
