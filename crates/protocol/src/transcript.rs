//! Canonical bytes: everything that is digested, sealed or authenticated is length-delimited.

use sha2::{Digest as _, Sha256};

use crate::{ParseError, base64url};

/// Length-delimited bytes under a label.
///
/// Each part, the label first, is written as its length (unsigned 32 bits, big-endian) followed by its
/// bytes, so that no two lists of parts share a transcript (the splicing flaw of 2025 in a widely used
/// proof-of-work library came from undelimited fields).
///
/// ```
/// use login_guard_protocol::Transcript;
/// let one = Transcript::new("example/v1").part(b"ab").part(b"c").into_bytes();
/// let other = Transcript::new("example/v1").part(b"a").part(b"bc").into_bytes();
/// assert_ne!(one, other);
/// ```
#[derive(Clone, Debug)]
pub struct Transcript(Vec<u8>);

impl Transcript {
    /// Starts a transcript under `label`, which names what is signed and its version.
    pub fn new(label: &str) -> Self {
        Self(Vec::with_capacity(128)).part(label.as_bytes())
    }

    /// Appends one part.
    #[must_use]
    pub fn part(mut self, bytes: &[u8]) -> Self {
        // parts are bounded by limits::BODY_BYTES; a longer one would saturate and still be unambiguous to nobody's gain
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends a number as eight big-endian bytes.
    #[must_use]
    pub fn number(self, value: u64) -> Self {
        self.part(&value.to_be_bytes())
    }

    /// The canonical bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The canonical bytes, borrowed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// SHA-256 of the canonical bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

/// A SHA-256 digest, 32 bytes; base64url text of 43 characters on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct Digest([u8; 32]);

impl Digest {
    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Takes 32 bytes that are already a digest.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Parses 43 characters of base64url.
    ///
    /// # Errors
    /// As [`base64url::decode_array`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        base64url::decode_array(text).map(Self)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 43 characters of base64url.
    pub fn to_base64url(&self) -> String {
        base64url::encode(&self.0)
    }
}

#[cfg(feature = "serde")]
impl TryFrom<String> for Digest {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

#[cfg(feature = "serde")]
impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_base64url()
    }
}
