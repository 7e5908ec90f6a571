//! Two machines use one device: two branches of its cookie are alive, or an overtaken one came from another machine or network. Neither
//! side is let in unasked until a confirmation.

use super::{Circumstances, Copies, Finding, finding};

/// Finds a device that is suspended, or is to be.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.copies == Copies::Forked;
    let sentence = "Two copies of this device are in use.";
    found.then(|| finding("device-forked", 40, sentence)).flatten()
}
