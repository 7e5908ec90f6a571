//! Work that is derived, not stored: the same attempt is always given the same piece.

use login_guard_protocol::{AttemptId, Platform, Transcript};

use super::{KeyUse, Keys};

/// 32 bytes that salt and solution of an attempt's piece of work are taken from; another ordinal is another piece.
pub fn derive_work(keys: &Keys, platform: &Platform, attempt: AttemptId, ordinal: u32) -> [u8; 32] {
    let transcript = Transcript::new("login-guard/work/v1")
        .part(platform.as_str().as_bytes())
        .part(attempt.as_bytes())
        .number(ordinal.into());
    keys.mac(KeyUse::Work, &transcript)
}
