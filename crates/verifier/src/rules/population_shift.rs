//! What changed on this device changed on many known devices of its browser release within the hour, and was discounted.

use super::{Circumstances, Finding, finding};

/// Finds what was not held against the device. It explains; trust it never adds.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let mut discounted = circumstances.comparison.as_ref()?.discounted();
    if discounted.is_empty() {
        return None;
    }
    discounted.truncate(COMPONENTS);
    let sentence = format!("Many devices of this browser release changed alike: {}.", discounted.join(", "));
    finding("population-shift", 0, &sentence)
}

/// How many components a sentence names.
const COMPONENTS: usize = 4;
