//! Verdicts, and the token that carries one from the browser to the back end.

/// What the verifier decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Verdict {
    /// The session or action may begin now.
    Allow,
    /// It may begin once the device is confirmed.
    Challenge,
    /// It may not.
    Deny,
}

/// The `typ` header of every verdict token.
pub const TOKEN_TYPE: &str = "lg-verdict+jwt";

#[cfg(feature = "serde")]
pub use token::{Confirmation, TokenClaims};

#[cfg(feature = "serde")]
mod token {
    use crate::{AccountId, AttemptId, Digest, KeyId, Platform, Purpose, TokenId};

    /// The claims of a verdict token: compact JWS, ES256, at most 60 s of life, spent by `redeem`.
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct TokenClaims {
        /// The verifier's issuer URL.
        pub iss: String,
        /// The platform.
        pub aud: Platform,
        /// The account.
        pub sub: AccountId,
        /// Spent once.
        pub jti: TokenId,
        /// Seconds since the epoch, server time.
        pub iat: u64,
        /// Seconds since the epoch, server time.
        pub nbf: u64,
        /// Seconds since the epoch, server time; `iat` + 60 at most.
        pub exp: u64,
        /// The attempt that was confirmed.
        pub attempt: AttemptId,
        /// What may begin.
        pub purpose: Purpose,
        /// The device key (RFC 7800); absent for a browser that cannot keep one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cnf: Option<Confirmation>,
        /// How the attempt was confirmed (RFC 8176 values where they exist): the exchange's own, then ours.
        pub amr: Vec<String>,
        /// Digest of the released action; absent for a log-in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub act: Option<Digest>,
    }

    /// The confirmation claim of RFC 7800, by thumbprint.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Confirmation {
        /// JWK SHA-256 thumbprint.
        pub jkt: KeyId,
    }
}
