//! The password was wrong, or nobody has this login name: one finding for both.

use super::{Circumstances, Finding, finding};

/// Finds a wrong password.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = !circumstances.password_right;
    found.then(|| finding("password-wrong", 100, "Login name and password do not belong together.")).flatten()
}
