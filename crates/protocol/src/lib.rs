//! Words on the wire of login-guard, for the browser module and the verifier alike.
//!
//! This room owns identifiers, canonical bytes and their digests, limits, the device proof, the evidence
//! document, challenge kinds and verdicts. It imports nothing of ours and has no clock, no entropy and no
//! input or output, so that both sides run the very same code and the shared vectors in `vectors/` prove it.
//!
//! To add a word: a newtype or enum here, parsed on the way in; a line in `docs/protocol.md`; a vector when
//! bytes are digested or signed.

pub mod base64url;
pub mod challenge;
pub mod error;
pub mod evidence;
pub mod field;
pub mod ids;
pub mod jwk;
pub mod limits;
pub mod name;
#[cfg(feature = "serde")]
pub mod problem;
#[cfg(feature = "serde")]
pub mod proof;
pub mod purpose;
pub mod transcript;
pub mod verdict;

pub use error::ParseError;
pub use ids::{
    AccountId, ApprovalId, AttemptId, DeviceId, FactorId, FindingCode, KeyId, MessageId, Platform, ProbeSeed,
    ReferenceCode, TokenId,
};
pub use name::{LoginName, NameDigest};
pub use purpose::Purpose;
pub use transcript::{Digest, Transcript};

/// Version of the protocol that this crate speaks; the `v` of every browser request.
pub const VERSION: u32 = 1;
