//! Confirmation by a passkey, with user verification (W3C Web Authentication level 3).

/// The word for this method in `methods`.
pub const METHOD: &str = "passkey";
/// The step whose digest the proof carries; the payload is the text of the credential, as it is sent.
pub const CHECK_STEP: &str = "passkey/check";
