//! The one error of this crate: bytes that are not what the protocol says.

use core::fmt;

/// Why a value off the wire was refused.
///
/// Every variant is the sender's fault. The text names what was expected, never the value that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// Not unpadded base64url (RFC 4648 section 5), or not canonical.
    Base64,
    /// A character outside the set that this kind of value allows.
    Character,
    /// A value that must not be empty is.
    Empty,
    /// Not JSON of the expected shape: a missing, unknown or doubled member, or a wrong type.
    Json,
    /// Too long or too many; see [`crate::limits`].
    Length,
    /// The parts of a compound value do not add up.
    Shape,
    /// A word that is not in its closed list.
    UnknownWord,
    /// A protocol version that this build does not speak.
    Version,
}

impl ParseError {
    /// The stable kebab-case code, as listed in docs/protocol.md.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Base64 => "base64-invalid",
            Self::Character => "character-invalid",
            Self::Empty => "value-empty",
            Self::Json => "json-invalid",
            Self::Length => "value-too-long",
            Self::Shape => "shape-invalid",
            Self::UnknownWord => "word-unknown",
            Self::Version => "version-unknown",
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for ParseError {}
