//! Key and cookie are right, but the canvas probe was drawn otherwise than this device draws, or not at all.
//!
//! The profile may have been copied to another machine, or fonts were installed. It stays until a person has confirmed, and is
//! never a reason to deny.

use super::{Circumstances, Finding, Probe, finding};

/// Finds a picture that is not this device's.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.probe == Probe::Failed;
    found.then(|| finding("probe-failed", 40, "This browser does not draw as it did when it was confirmed.")).flatten()
}
