//! Challenge kinds: what a browser solves or a person confirms.
//!
//! May import the crate's canonical bytes only. To add a kind: one file here with its wire shape and its
//! `act` digest, one line in the list below, one row in docs/protocol.md.

pub mod approval;
pub mod device_key;
pub mod external;
pub mod mail_code;
pub mod passkey;
pub mod probe;
pub mod recovery_code;
pub mod totp;
pub mod work;

use crate::{Digest, Transcript};

/// The digest that a confirmation proof carries as `act`: the step and exactly what it submits.
pub fn step_digest(step: &str, payload: &[u8]) -> Digest {
    Transcript::new("login-guard/confirmation/v1").part(step.as_bytes()).part(payload).digest()
}

/// The `act` of the proof that goes with a verdict token to `redeem`: payload is the compact token.
pub const REDEEM_STEP: &str = "redeem";
