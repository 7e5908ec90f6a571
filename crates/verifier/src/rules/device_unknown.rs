//! Neither key nor cookie of any device of this account.

use super::{Circumstances, Finding, Recognised, finding};

/// Finds an unknown device.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.device == Recognised::Nothing;
    found.then(|| finding("device-unknown", 50, "This device is not known to the account.")).flatten()
}
