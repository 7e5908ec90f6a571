//! The secret choice of the puzzle that is checked.

use login_guard_protocol::{AttemptId, Platform, Transcript};

use super::{KeyUse, Keys};

/// A number for a piece of work, the same each time, known to us only.
pub fn work_choice(keys: &Keys, platform: &Platform, attempt: AttemptId, salt: &[u8; 16]) -> u64 {
    let transcript = Transcript::new("login-guard/work-choice/v1")
        .part(platform.as_str().as_bytes())
        .part(attempt.as_bytes())
        .part(salt);
    let mac = keys.mac(KeyUse::WorkChoice, &transcript);
    mac.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
