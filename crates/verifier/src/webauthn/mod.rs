//! `WebAuthn` level 3, the part of a relying party (W3C Web Authentication, sections 7.1 and 7.2): what is asked of a browser, and whether
//! what comes back may be believed. Pure: no store, no clock, no randomness; challenges are the caller's.
//!
//! May import: the protocol crate. Must not know accounts, attempts or HTTP.
//!
//! Attestation is asked for as `none` and never looked at: a passkey is believed for being the one that was registered, whoever made
//! it. Why this is ours and no library's: docs/decisions/0013-passkeys.md.
//!
//! To add an algorithm: a variant of [`CoseKey`], one line in [`cose::ALGORITHMS`], one vector in its tests.

mod assertion;
mod authenticator_data;
mod cbor;
mod client_data;
mod cose;
mod registration;
mod relying_party;

#[cfg(test)]
mod tests;

pub use assertion::{Asserted, AssertionResponse, KnownCredential, assertion_options, check_assertion};
pub use cose::CoseKey;
pub use registration::{Registered, RegistrationResponse, User, check_registration, registration_options};
pub use relying_party::{Asked, Listed, RelyingParty, host_of, is_within};

/// Why a ceremony is refused. Callers tell the browser less than this; it is for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// A part is not of the documented form.
    #[error("malformed")]
    Malformed,
    /// Registration where an assertion was asked for, or the reverse.
    #[error("another type of ceremony")]
    Type,
    /// Another challenge than the one that was asked.
    #[error("another challenge")]
    Challenge,
    /// A page of another origin.
    #[error("another origin")]
    Origin,
    /// From within a frame of another origin.
    #[error("from within a frame")]
    Framed,
    /// Made for another relying party.
    #[error("another relying party")]
    RelyingParty,
    /// Nobody was there.
    #[error("no user presence")]
    Presence,
    /// The person was not verified.
    #[error("no user verification")]
    Verification,
    /// Backed up and not eligible for it, or another eligibility than at registration.
    #[error("backup flags make no sense")]
    Backup,
    /// A key of a kind that was not asked for.
    #[error("another algorithm")]
    Algorithm,
    /// Another credential, or another person's.
    #[error("another credential")]
    Credential,
    /// The signature is not the credential's.
    #[error("not signed by the credential")]
    Signature,
}
