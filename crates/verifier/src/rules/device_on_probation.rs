//! A device confirmed by a phishable method. It may log in; what it may move is the business of actions.

use super::{Circumstances, Finding, Known, Recognised, Standing, finding};

/// Finds a known device on probation.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = matches!(circumstances.device, Recognised::Device(Known { standing: Standing::Probation, .. }));
    found.then(|| finding("device-on-probation", 0, "The device was confirmed by a phishable method.")).flatten()
}
