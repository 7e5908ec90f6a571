//! The cookie of a known device without its key: script storage was lost, another login name was typed, or the cookie was copied.

use super::{Circumstances, Finding, Recognised, finding};

/// Finds the cookie without the key.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.device == Recognised::Cookie;
    found.then(|| finding("key-missing", 40, "The device's cookie is known, its key is missing.")).flatten()
}
