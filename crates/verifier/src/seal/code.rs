//! Digests of mail codes: eight digits are guessed at once from a plain digest, and never from this one without the key.

use login_guard_protocol::challenge::mail_code::MailCode;
use login_guard_protocol::{AttemptId, Platform, Transcript};

use super::{KeyUse, Keys};

/// What is kept of a code: bound to the attempt, and to its place among the attempt's codes. Compare in constant time.
pub fn code_mac(keys: &Keys, platform: &Platform, attempt: AttemptId, ordinal: u32, code: &MailCode) -> [u8; 32] {
    let transcript = Transcript::new("login-guard/mail-code/v1")
        .part(platform.as_str().as_bytes())
        .part(attempt.as_bytes())
        .number(ordinal.into())
        // EXPOSE: the digits go into their keyed digest
        .part(code.as_bytes());
    keys.mac(KeyUse::MailCode, &transcript)
}
