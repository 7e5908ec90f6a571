//! Work: a brake, not a wall. Iterated SHA-256 through PBKDF2, which every browser runs natively, without wasm or JIT.
//!
//! The server picks a counter below `limit` that only it knows, and publishes the first 16 bytes of
//! `PBKDF2-HMAC-SHA-256(password = counter in decimal, salt, iterations)`. The browser tries counters from 0 upwards until
//! its result is the same: never more than `limit`, so the longest wait is known. The server derives once, when it issues;
//! checking compares the counter.

/// The kind's word on the wire.
pub const KIND: &str = "pbkdf2-sha256";
/// Bytes of the published result.
pub const TARGET_BYTES: usize = 16;

/// A piece of work as it crosses the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Work {
    /// Always [`KIND`]; unknown kinds are refused.
    pub kind: String,
    /// 16 random bytes, base64url; decoded bytes are the salt. Fresh for each attempt, so that no answer is worth keeping.
    pub salt: String,
    /// PBKDF2 iterations of one try.
    pub iterations: u32,
    /// The counter is below this.
    pub limit: u32,
    /// The first 16 bytes of the sought result, base64url.
    pub target: String,
}
