//! Limits on length, count and time, applied while parsing, by both sides.

/// Longest accepted request body of any endpoint, in bytes.
pub const BODY_BYTES: usize = 32 * 1024;
/// Longest compact JWS of a device proof, in bytes. A proof with every claim measures about 1,100.
pub const PROOF_BYTES: usize = 4 * 1024;
/// Longest evidence document, in bytes. Twelve components measure about 900.
pub const EVIDENCE_BYTES: usize = 8 * 1024;
/// Longest value of the hidden field `login-guard-proof`, in bytes.
pub const FIELD_BYTES: usize = 18 * 1024;
/// Most puzzles in one piece of work.
pub const WORK_PUZZLES: u32 = 64;
/// Longest answer to a piece of work, in characters of base64url: eight bytes for each puzzle.
pub const WORK_ANSWER_CHARACTERS: usize = 683;
/// Most components in one evidence document.
pub const COMPONENTS: usize = 96;
/// Seeds of the canvas probe that one attempt asks for, and most that one evidence document answers.
pub const PROBES: usize = 2;
/// Most coarse facts in one evidence document.
pub const FACTS: usize = 16;
/// Longest value of one coarse fact, in bytes.
pub const FACT_BYTES: usize = 128;
/// Longest platform name, in bytes.
pub const PLATFORM_BYTES: usize = 32;
/// Longest account identifier, in bytes.
pub const ACCOUNT_BYTES: usize = 128;
/// Longest typed login name, in bytes (an e-mail address has at most 254, RFC 5321 section 4.5.3.1.3).
pub const LOGIN_NAME_BYTES: usize = 320;
/// Longest web origin or app identifier, in bytes.
pub const ORIGIN_BYTES: usize = 256;
/// Longest value of the device cookie, in bytes (browsers keep 4,096 for name, value and attributes).
pub const COOKIE_BYTES: usize = 1024;
/// Most accounts whose generations share one browser's device cookie; the oldest gives way.
pub const COOKIE_ENTRIES: usize = 16;
/// Longest kebab-case word (component names, absence reasons, finding codes), in bytes.
pub const WORD_BYTES: usize = 48;
/// Life of a sealed nonce, in seconds.
pub const NONCE_LIFE_S: u64 = 120;
/// Age at which a page fetches a fresh attempt, in seconds.
pub const NONCE_RENEW_S: u64 = 100;
/// Life of a challenged attempt and of the back end's half-session, in seconds.
pub const CHALLENGE_LIFE_S: u64 = 600;
/// Life of a verdict token, in seconds.
pub const TOKEN_LIFE_S: u64 = 60;
/// Life of a mail code, in seconds.
pub const MAIL_CODE_LIFE_S: u64 = 300;
/// Digits of a mail code.
pub const MAIL_CODE_DIGITS: usize = 8;
/// Life of a request for approval, in seconds.
pub const APPROVAL_LIFE_S: u64 = 300;
/// Characters of an approval's code, without its hyphen.
pub const APPROVAL_CODE_CHARACTERS: usize = 8;
/// Wrong codes that may be typed for one request for approval.
pub const APPROVAL_TRIES: u32 = 3;
/// Wrong answers that one attempt may give to its mail codes.
pub const MAIL_CODE_TRIES: u32 = 5;
/// Seconds that the challenge of a passkey lives (W3C Web Authentication section 13.4.3 leaves it to the relying party).
pub const PASSKEY_LIFE_S: u64 = 300;
