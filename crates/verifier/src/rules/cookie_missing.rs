//! The key of a known device without its cookie: cookies were cleared, or the key is used by script from elsewhere.

use super::{Circumstances, Finding, Recognised, finding};

/// Finds the key without the cookie.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.device == Recognised::Key;
    found.then(|| finding("cookie-missing", 40, "The device's key is known, its cookie is missing.")).flatten()
}
