//! Verifying proofs: signature and every claim, or nothing.

use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::proof::{Claims, SignedProof};
use login_guard_protocol::{Digest, NameDigest, Platform, Purpose};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

/// What the server knows and the claims must equal.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// The nonce, as it went out.
    pub nonce: &'a str,
    /// The origin of the page that was given the nonce.
    pub origin: &'a str,
    /// Digest of the login name that the back end was given.
    pub name: NameDigest,
    /// What for.
    pub purpose: Purpose,
    /// Digest of the evidence bytes that came along.
    pub evidence: Digest,
    /// Digest of the action or step.
    pub act: Option<Digest>,
}

/// The proof does not verify, or says something else than the server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof is refused")]
pub struct ProofRefused;

/// A proof whose claims equal what the server knows, and whose signature verified under [`Self::key`]. Made by
/// [`check_signature`] only.
#[derive(Clone, Debug)]
pub struct VerifiedProof {
    key: PublicKey,
}

impl VerifiedProof {
    /// The key that signed.
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }
}

/// Compares every claim. The head is not compared here: it is looked at by a rule.
///
/// # Errors
/// [`ProofRefused`], without saying which claim.
pub fn check_claims(claims: &Claims, expected: &Expected<'_>) -> Result<(), ProofRefused> {
    let equal = claims.aud == *expected.platform
        && claims.nonce == expected.nonce
        && claims.origin == expected.origin
        && claims.name == expected.name
        && claims.purpose == expected.purpose
        && claims.evidence == expected.evidence
        && claims.act == expected.act;
    if equal { Ok(()) } else { Err(ProofRefused) }
}

/// Verifies the signature: ES256 (RFC 7518 section 3.4; r and s in range, point on the curve, by ring).
///
/// # Errors
/// [`ProofRefused`].
pub fn check_signature(proof: &SignedProof, key: &PublicKey) -> Result<VerifiedProof, ProofRefused> {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.to_sec1())
        .verify(&proof.signed, &proof.signature)
        .map(|()| VerifiedProof { key: *key })
        .map_err(|_| ProofRefused)
}
