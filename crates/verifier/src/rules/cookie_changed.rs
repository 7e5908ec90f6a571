//! The device cookie is not the one that came when the attempt began: another tab logged in meanwhile, or the nonce was carried to another browser. Explains only; what recognises the device is the cookie's own entry.

use super::{Circumstances, Finding, finding};

/// Finds another cookie.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = !circumstances.cookie_kept;
    found.then(|| finding("cookie-changed", 0, "The device cookie changed while logging in.")).flatten()
}
