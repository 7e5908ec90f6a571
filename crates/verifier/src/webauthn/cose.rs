//! Public keys as authenticators write them (RFC 9052, RFC 9053), and their signatures.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::Refused;
use super::cbor::Item;

/// The algorithms that are asked for, the preferred one first (IANA COSE registry): ES256, `EdDSA`, RS256.
pub const ALGORITHMS: [i32; 3] = [-7, -8, -257];

/// A credential's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoseKey {
    /// ECDSA on P-256 with SHA-256: the uncompressed point.
    Es256(Vec<u8>),
    /// Ed25519: the point.
    EdDsa(Vec<u8>),
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256 {
        /// The modulus: 2048 to 4096 bits.
        modulus: Vec<u8>,
        /// The public exponent.
        exponent: Vec<u8>,
    },
}

impl CoseKey {
    /// Reads a key and gives what follows it.
    ///
    /// # Errors
    /// [`Refused::Malformed`], [`Refused::Algorithm`].
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), Refused> {
        let (item, rest) = Item::read(bytes)?;
        let number = |key: i128| match item.member(&Item::Integer(key)) {
            Some(Item::Integer(number)) => Some(*number),
            _ => None,
        };
        let bytes = |key: i128| item.bytes(&Item::Integer(key)).ok_or(Refused::Malformed);
        let coordinate = |key: i128| bytes(key).and_then(|bytes| exactly_32(bytes).ok_or(Refused::Malformed));
        // kty, alg, crv
        let key = match (number(1), number(3), number(-1)) {
            (Some(2), Some(-7), Some(1)) => Self::Es256([&[4], coordinate(-2)?, coordinate(-3)?].concat()),
            (Some(1), Some(-8), Some(6)) => Self::EdDsa(coordinate(-2)?.to_vec()),
            (Some(3), Some(-257), None) => {
                let (modulus, exponent) = (bytes(-1)?, bytes(-2)?);
                if !(256..=512).contains(&modulus.len()) || !(1..=8).contains(&exponent.len()) {
                    return Err(Refused::Algorithm);
                }
                Self::Rs256 { modulus: modulus.to_vec(), exponent: exponent.to_vec() }
            }
            _ => return Err(Refused::Algorithm),
        };
        Ok((key, rest))
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// [`Refused::Signature`].
    pub fn check(&self, signed: &[u8], signature: &[u8]) -> Result<(), Refused> {
        let checked = match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature),
            Self::EdDsa(point) => UnparsedPublicKey::new(&ED25519, point).verify(signed, signature),
            Self::Rs256 { modulus, exponent } => {
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
        };
        checked.map_err(|_| Refused::Signature)
    }
}

fn exactly_32(bytes: &[u8]) -> Option<&[u8]> {
    (bytes.len() == 32).then_some(bytes)
}
