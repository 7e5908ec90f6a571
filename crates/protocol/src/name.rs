//! The typed login name, and the digest under which proofs carry it.

use core::fmt;

use crate::{Digest, ParseError, Platform, Transcript, limits};

/// What a person typed to log in (mail address, phone number, user name): not the account.
///
/// White space of ASCII around it is taken off; nothing else is changed, so that both sides digest the same
/// bytes. Its debug form is redacted: names are personal data.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct LoginName(String);

impl LoginName {
    /// Parses 1 to 320 bytes of UTF-8 without control characters, after trimming ASCII white space.
    ///
    /// # Errors
    /// [`ParseError::Empty`], [`ParseError::Length`] or [`ParseError::Character`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let name = text.trim_matches(|c: char| c.is_ascii_whitespace());
        if name.is_empty() {
            Err(ParseError::Empty)
        } else if name.len() > limits::LOGIN_NAME_BYTES {
            Err(ParseError::Length)
        } else if name.chars().any(char::is_control) {
            Err(ParseError::Character)
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// The trimmed text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digest that a proof for this name on `platform` carries.
    pub fn digest(&self, platform: &Platform) -> NameDigest {
        NameDigest(
            Transcript::new("login-guard/name/v1").part(platform.as_str().as_bytes()).part(self.0.as_bytes()).digest(),
        )
    }
}

impl fmt::Debug for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginName(…)")
    }
}

#[cfg(feature = "serde")]
impl TryFrom<String> for LoginName {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

#[cfg(feature = "serde")]
impl From<LoginName> for String {
    fn from(name: LoginName) -> Self {
        name.0
    }
}

/// SHA-256 over label, platform and typed name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NameDigest(Digest);

impl NameDigest {
    /// Takes a digest off the wire.
    pub const fn from_digest(digest: Digest) -> Self {
        Self(digest)
    }

    /// The digest.
    pub const fn as_digest(&self) -> &Digest {
        &self.0
    }
}
