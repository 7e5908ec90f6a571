//! A proof that names a key of the account and was not signed by it: nobody honest makes one.

use super::{Circumstances, Finding, Signature, finding};

/// Finds a forged proof.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = circumstances.signature == Signature::Forged;
    found.then(|| finding("proof-forged", 100, "The proof names a key that did not sign it.")).flatten()
}
