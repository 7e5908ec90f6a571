//! The device proof: a compact JWS (RFC 7515), ES256 only, shaped like a DPoP proof (RFC 9449).
//!
//! Parsing gives the claims and the exact bytes that were signed; nothing here is verified. The verifier's
//! `attempts` room turns a [`SignedProof`] into a verified one.

use crate::{Digest, KeyId, NameDigest, ParseError, Platform, Purpose, base64url, jwk::PublicKey, limits};

/// The `typ` header of every proof.
pub const TYPE: &str = "lg-proof+jwt";

/// The key a proof names in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofKey {
    /// A key that the server has seen: its thumbprint (`kid`).
    Known(KeyId),
    /// A key that is new, or shown again while confirming: the whole public key (`jwk`).
    Shown(PublicKey),
}

impl ProofKey {
    /// The thumbprint in either case.
    pub fn key_id(&self) -> KeyId {
        match self {
            Self::Known(id) => *id,
            Self::Shown(key) => key.key_id(),
        }
    }
}

/// What a proof says. Every claim is compared with what the server knows; client time does not appear.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The platform that the proof is for.
    pub aud: Platform,
    /// The server's nonce: the attempt's sealed one, or the challenge's.
    pub nonce: String,
    /// The origin of the page that signed, as the browser reports it.
    pub origin: String,
    /// Digest of the typed login name.
    pub name: NameDigest,
    /// What the proof is for.
    pub purpose: Purpose,
    /// SHA-256 of the exact evidence bytes sent along; the digest of nothing when there are none.
    pub evidence: Digest,
    /// Digest of the action or confirmation step; absent for a log-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Digest>,
    /// The last account head that this device was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
}

/// A proof whose form is right and whose signature nobody has checked yet.
#[derive(Clone, Debug)]
pub struct SignedProof {
    /// The key that the header names.
    pub key: ProofKey,
    /// What it says.
    pub claims: Claims,
    /// The exact bytes under the signature: `header.payload`.
    pub signed: Vec<u8>,
    /// The raw signature: r and s, 64 bytes (RFC 7518 section 3.4).
    pub signature: [u8; 64],
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    typ: String,
    alg: String,
    #[serde(default)]
    jwk: Option<PublicKey>,
    #[serde(default)]
    kid: Option<KeyId>,
}

impl SignedProof {
    /// Parses a compact JWS.
    ///
    /// # Errors
    /// [`ParseError::Length`], [`ParseError::Shape`] (not three parts; both or neither of `jwk` and `kid`),
    /// [`ParseError::Base64`], [`ParseError::Json`] or [`ParseError::UnknownWord`] (another `typ` or `alg`).
    pub fn parse(jws: &str) -> Result<Self, ParseError> {
        if jws.len() > limits::PROOF_BYTES {
            return Err(ParseError::Length);
        }
        let (signed, signature) = jws.rsplit_once('.').ok_or(ParseError::Shape)?;
        let (header, payload) = signed.split_once('.').ok_or(ParseError::Shape)?;
        let header: Header = serde_json::from_slice(&base64url::decode(header)?).map_err(|_| ParseError::Json)?;
        if header.typ != TYPE || header.alg != "ES256" {
            return Err(ParseError::UnknownWord);
        }
        let key = match (header.jwk, header.kid) {
            (Some(key), None) => ProofKey::Shown(key),
            (None, Some(id)) => ProofKey::Known(id),
            _ => return Err(ParseError::Shape),
        };
        let claims: Claims = serde_json::from_slice(&base64url::decode(payload)?).map_err(|_| ParseError::Json)?;
        if claims.origin.len() > limits::ORIGIN_BYTES {
            return Err(ParseError::Length);
        }
        Ok(Self { key, claims, signed: signed.as_bytes().to_vec(), signature: base64url::decode_array(signature)? })
    }
}
