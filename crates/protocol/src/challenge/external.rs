//! Confirmation by a factor of the exchange's own, which its back end reports.

/// The word for this method in `methods`.
pub const METHOD: &str = "external";
/// The step of asking whether it was reported; the payload is empty.
pub const CHECK_STEP: &str = "external/check";
