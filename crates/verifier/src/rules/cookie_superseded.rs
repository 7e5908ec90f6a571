//! Key and cookie of a known device, but the cookie is one that was overtaken: a browser was restored from a back-up, or copied. One such use
//! is challenged and told to the owner; it takes the other branch alive to make a fork of it.

use super::{Circumstances, Copies, Finding, finding};

/// Finds an overtaken cookie.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.copies == Copies::Superseded;
    let sentence = "The device's cookie is an old one: a back-up was restored, or the browser was copied.";
    found.then(|| finding("cookie-superseded", 40, sentence)).flatten()
}
