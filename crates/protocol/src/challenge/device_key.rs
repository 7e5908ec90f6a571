//! Confirmation by a key that this browser already holds for the account: an alias login, re-proved unseen.

/// The word for this method in `methods`.
pub const METHOD: &str = "device-key";
/// The step whose digest the proof carries; the payload is empty.
pub const CHECK_STEP: &str = "device-key/check";
