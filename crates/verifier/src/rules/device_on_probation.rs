//! A device confirmed by a phishable method. It may log in; what it may move is the business of actions.

use super::{Circumstances, Finding, Recognised, finding};

/// Finds a known device on probation.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.device == Recognised::Device { probation: true };
    found.then(|| finding("device-on-probation", 0, "This device was confirmed by a phishable method.")).flatten()
}
