//! The public half of a device key: a P-256 JWK and its thumbprint.

use crate::{Digest, KeyId, ParseError, base64url};

/// A public P-256 point: the two 32-byte coordinates. Whether it lies on the curve is the verifying library's to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "RawJwk", into = "RawJwk")
)]
pub struct PublicKey {
    x: [u8; 32],
    y: [u8; 32],
}

impl PublicKey {
    /// Parses the `x` and `y` members of a JWK (RFC 7518 section 6.2.1).
    ///
    /// # Errors
    /// [`ParseError::Base64`] or [`ParseError::Length`].
    pub fn parse(x: &str, y: &str) -> Result<Self, ParseError> {
        Ok(Self { x: base64url::decode_array(x)?, y: base64url::decode_array(y)? })
    }

    /// Takes the uncompressed form of SEC 1 section 2.3.3: `04`, x, y.
    ///
    /// # Errors
    /// [`ParseError::Shape`] when it is not 65 bytes beginning with `04`.
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, ParseError> {
        let Some((4, rest)) = bytes.split_first().map(|(tag, rest)| (*tag, rest)) else {
            return Err(ParseError::Shape);
        };
        let (x, y) = rest.split_at_checked(32).ok_or(ParseError::Shape)?;
        Ok(Self { x: x.try_into().map_err(|_| ParseError::Shape)?, y: y.try_into().map_err(|_| ParseError::Shape)? })
    }

    /// The uncompressed form of SEC 1 section 2.3.3: `04`, x, y.
    pub fn to_sec1(&self) -> [u8; 65] {
        let mut bytes = [4; 65];
        bytes[1..33].copy_from_slice(&self.x);
        bytes[33..].copy_from_slice(&self.y);
        bytes
    }

    /// The JWK as canonical JSON: required members only, in lexical order (RFC 7638 section 3.2).
    pub fn to_json(&self) -> String {
        [
            r#"{"crv":"P-256","kty":"EC","x":""#,
            &base64url::encode(&self.x),
            r#"","y":""#,
            &base64url::encode(&self.y),
            r#""}"#,
        ]
        .concat()
    }

    /// The SHA-256 thumbprint (RFC 7638 section 3).
    pub fn key_id(&self) -> KeyId {
        KeyId::from_bytes(*Digest::of(self.to_json().as_bytes()).as_bytes())
    }
}

/// The JWK exactly as it crosses the wire.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawJwk {
    crv: String,
    kty: String,
    x: String,
    y: String,
}

#[cfg(feature = "serde")]
impl TryFrom<RawJwk> for PublicKey {
    type Error = ParseError;
    fn try_from(raw: RawJwk) -> Result<Self, ParseError> {
        if raw.crv != "P-256" || raw.kty != "EC" {
            return Err(ParseError::UnknownWord);
        }
        Self::parse(&raw.x, &raw.y)
    }
}

#[cfg(feature = "serde")]
impl From<PublicKey> for RawJwk {
    fn from(key: PublicKey) -> Self {
        Self { crv: "P-256".into(), kty: "EC".into(), x: base64url::encode(&key.x), y: base64url::encode(&key.y) }
    }
}
