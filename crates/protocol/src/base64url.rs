//! Unpadded base64url (RFC 4648 section 5), in constant time.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::ParseError;

/// Encodes bytes.
pub fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Decodes text of any length.
///
/// # Errors
/// [`ParseError::Base64`] when the text is padded, not base64url or not canonical.
pub fn decode(text: &str) -> Result<Vec<u8>, ParseError> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| ParseError::Base64)
}

/// Decodes text that must hold exactly `N` bytes.
///
/// # Errors
/// [`ParseError::Base64`] as [`decode`]; [`ParseError::Length`] when there are more or fewer bytes.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], ParseError> {
    decode(text)?.try_into().map_err(|_| ParseError::Length)
}
