//! A browser that cannot keep a key.

use super::{Circumstances, Finding, finding};

/// Finds a keyless browser.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.keyless.is_some();
    found.then(|| finding("key-unsupported", 40, "This browser cannot keep a device key.")).flatten()
}
