//! Identifiers: newtypes that exist only when they were parsed.

use core::fmt;

use crate::{ParseError, base64url, limits};

/// Declares an identifier of text with its own rule.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "String", into = "String"))]
        pub struct $name(String);

        impl $name {
            /// Parses the text form.
            ///
            /// # Errors
            /// [`ParseError::Empty`], [`ParseError::Length`] or [`ParseError::Character`].
            pub fn parse(text: &str) -> Result<Self, ParseError> {
                $check(text).map(|()| Self(text.to_owned()))
            }

            /// The text form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl TryFrom<String> for $name {
            type Error = ParseError;
            fn try_from(text: String) -> Result<Self, ParseError> {
                $check(&text).map(|()| Self(text))
            }
        }

        #[cfg(feature = "serde")]
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

/// Declares an identifier of `$bytes` random or derived bytes; base64url on the wire.
macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "String", into = "String"))]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// Takes the raw bytes.
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// Parses the base64url form.
            ///
            /// # Errors
            /// [`ParseError::Base64`] or [`ParseError::Length`].
            pub fn parse(text: &str) -> Result<Self, ParseError> {
                base64url::decode_array(text).map(Self)
            }

            /// The raw bytes.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base64url::encode(&self.0))
            }
        }

        #[cfg(feature = "serde")]
        impl TryFrom<String> for $name {
            type Error = ParseError;
            fn try_from(text: String) -> Result<Self, ParseError> {
                Self::parse(&text)
            }
        }

        #[cfg(feature = "serde")]
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

text_id! {
    /// A platform: lower-case letters, digits and hyphens, 1 to 32 bytes, starting with a letter. Trust never crosses it.
    Platform, check_platform
}
text_id! {
    /// The exchange's stable identifier of an account: visible ASCII, 1 to 128 bytes. Never the typed name.
    AccountId, check_account
}
text_id! {
    /// A finding's stable code: kebab-case, 1 to 48 bytes.
    FindingCode, check_word
}
text_id! {
    /// The code that support can look up: `LG-` and two groups of four from Crockford's base 32.
    ReferenceCode, check_reference
}
byte_id! {
    /// One request for approval: 128 random bits.
    ApprovalId, 16
}
byte_id! {
    /// One attempt to log in: 128 random bits.
    AttemptId, 16
}
byte_id! {
    /// One enrolled device of one account: 128 random bits.
    DeviceId, 16
}
byte_id! {
    /// One message that waits to be handed over: 128 random bits.
    MessageId, 16
}
byte_id! {
    /// One thing that an account can confirm with, as a passkey: 128 random bits.
    FactorId, 16
}
byte_id! {
    /// What decides one picture of the canvas probe: 128 bits.
    ProbeSeed, 16
}
byte_id! {
    /// One verdict token (`jti`): 128 random bits.
    TokenId, 16
}
byte_id! {
    /// A device key: its SHA-256 JWK thumbprint (RFC 7638).
    KeyId, 32
}

fn check_length(text: &str, limit: usize) -> Result<(), ParseError> {
    if text.is_empty() {
        Err(ParseError::Empty)
    } else if text.len() > limit {
        Err(ParseError::Length)
    } else {
        Ok(())
    }
}

fn check_characters(text: &str, allowed: impl Fn(u8) -> bool) -> Result<(), ParseError> {
    if text.bytes().all(allowed) { Ok(()) } else { Err(ParseError::Character) }
}

/// Checks a kebab-case word: lower-case letters, digits and hyphens, starting with a letter.
pub(crate) fn check_word(text: &str) -> Result<(), ParseError> {
    check_length(text, limits::WORD_BYTES)?;
    if !text.as_bytes().first().is_some_and(u8::is_ascii_lowercase) {
        return Err(ParseError::Character);
    }
    check_characters(text, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn check_platform(text: &str) -> Result<(), ParseError> {
    check_length(text, limits::PLATFORM_BYTES)?;
    check_word(text)
}

fn check_account(text: &str) -> Result<(), ParseError> {
    check_length(text, limits::ACCOUNT_BYTES)?;
    check_characters(text, |b| b.is_ascii_graphic())
}

fn check_reference(text: &str) -> Result<(), ParseError> {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bytes = text.as_bytes();
    if bytes.len() != 12 {
        return Err(ParseError::Length);
    }
    let shaped = text.starts_with("LG-") && bytes.get(7) == Some(&b'-');
    let lettered = bytes.iter().enumerate().skip(3).all(|(at, b)| at == 7 || ALPHABET.contains(b));
    if shaped && lettered { Ok(()) } else { Err(ParseError::Character) }
}
