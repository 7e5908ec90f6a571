//! Signing and reading verdict tokens: compact JWS, ES256 only, `kid` = thumbprint (RFC 7515, 7638, 8725).

use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::verdict::{TOKEN_TYPE, TokenClaims};
use login_guard_protocol::{KeyId, base64url};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::secret::Secret;

/// Signs with the first of at most two keys, accepts tokens of both.
pub struct Signer {
    keys: Vec<SigningKey>,
    random: SystemRandom,
}

struct SigningKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
    id: KeyId,
}

/// Why a signer cannot be made or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// Neither one nor two keys.
    #[error("expected one or two signing keys")]
    Count,
    /// Not a PKCS#8 document of a P-256 key.
    #[error("expected a P-256 key as PKCS#8 DER")]
    Key,
    /// Signing failed.
    #[error("signing failed")]
    Sign,
}

/// The token is not of the documented form, or not signed by a live key of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token is refused")]
pub struct TokenRefused;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    typ: String,
    alg: String,
    kid: KeyId,
}

impl Signer {
    /// Takes PKCS#8 documents (DER) of P-256 keys; the first signs.
    ///
    /// # Errors
    /// [`SignerError::Count`] or [`SignerError::Key`].
    pub fn from_pkcs8(documents: &[Secret]) -> Result<Self, SignerError> {
        if !(1..=2).contains(&documents.len()) {
            return Err(SignerError::Count);
        }
        let random = system_random();
        let keys =
            documents.iter().map(|document| SigningKey::from_pkcs8(document, &random)).collect::<Result<_, _>>()?;
        Ok(Self { keys, random })
    }

    /// Signs claims.
    ///
    /// # Errors
    /// [`SignerError::Sign`].
    pub fn sign(&self, claims: &TokenClaims) -> Result<String, SignerError> {
        let key = self.keys.first().ok_or(SignerError::Count)?;
        let header = Header { typ: TOKEN_TYPE.into(), alg: "ES256".into(), kid: key.id };
        let encode = |json: Result<Vec<u8>, serde_json::Error>| json.map(|bytes| base64url::encode(&bytes));
        let header = encode(serde_json::to_vec(&header)).map_err(|_| SignerError::Sign)?;
        let payload = encode(serde_json::to_vec(claims)).map_err(|_| SignerError::Sign)?;
        let signed = format!("{header}.{payload}");
        let signature = key.pair.sign(&self.random, signed.as_bytes()).map_err(|_| SignerError::Sign)?;
        Ok(format!("{signed}.{}", base64url::encode(signature.as_ref())))
    }

    /// Reads a token that one of our live keys signed. Time, audience and account are the caller's to compare.
    ///
    /// # Errors
    /// [`TokenRefused`].
    pub fn read(&self, token: &str) -> Result<TokenClaims, TokenRefused> {
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenRefused)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenRefused)?;
        let decode = |text: &str| base64url::decode(text).map_err(|_| TokenRefused);
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| TokenRefused)?;
        if header.typ != TOKEN_TYPE || header.alg != "ES256" {
            return Err(TokenRefused);
        }
        let key = self.keys.iter().find(|key| key.id == header.kid).ok_or(TokenRefused)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public.to_sec1())
            .verify(signed.as_bytes(), &decode(signature)?)
            .map_err(|_| TokenRefused)?;
        serde_json::from_slice(&decode(payload)?).map_err(|_| TokenRefused)
    }

    /// The public keys (RFC 7517), the signing one first.
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self
            .keys
            .iter()
            .map(|key| {
                let mut jwk = json!(key.public);
                if let Some(members) = jwk.as_object_mut() {
                    members.insert("kid".into(), json!(key.id));
                    members.insert("alg".into(), json!("ES256"));
                    members.insert("use".into(), json!("sig"));
                }
                jwk
            })
            .collect();
        json!({ "keys": keys })
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

impl SigningKey {
    fn from_pkcs8(document: &Secret, random: &SystemRandom) -> Result<Self, SignerError> {
        // EXPOSE: parsed into the key pair that signs; the document is erased with its owner
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.expose(), random)
            .map_err(|_| SignerError::Key)?;
        let public = PublicKey::from_sec1(pair.public_key().as_ref()).map_err(|_| SignerError::Key)?;
        Ok(Self { id: public.key_id(), pair, public })
    }
}

/// Makes a signing key: a PKCS#8 document, DER.
///
/// # Errors
/// [`SignerError::Key`] without randomness.
pub fn make_signing_key() -> Result<Secret, SignerError> {
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &system_random())
        .map_err(|_| SignerError::Key)?;
    Ok(Secret::new(document.as_ref().to_vec()))
}

#[expect(clippy::disallowed_methods, reason = "ring signs with its own type of generator only, which asks the system")]
fn system_random() -> SystemRandom {
    SystemRandom::new()
}

#[cfg(test)]
mod tests {
    use login_guard_protocol::{AccountId, AttemptId, Platform, Purpose, TokenId};

    use super::*;

    fn claims() -> TokenClaims {
        TokenClaims {
            iss: "https://verifier.example".into(),
            aud: Platform::parse("acex").unwrap(),
            sub: AccountId::parse("u-1001").unwrap(),
            jti: TokenId::from_bytes([1; 16]),
            iat: 10,
            nbf: 10,
            exp: 70,
            attempt: AttemptId::from_bytes([2; 16]),
            purpose: Purpose::Login,
            cnf: None,
            amr: vec!["pwd".into()],
            act: None,
        }
    }

    #[test]
    fn a_token_of_either_live_key_is_read_and_of_a_retired_one_is_not() {
        let (old, new) = (make_signing_key().unwrap(), make_signing_key().unwrap());
        let before = Signer::from_pkcs8(std::slice::from_ref(&old)).unwrap();
        let during = Signer::from_pkcs8(&[new.clone(), old]).unwrap();
        let after = Signer::from_pkcs8(&[new]).unwrap();
        let token = before.sign(&claims()).unwrap();
        assert_eq!(during.read(&token), Ok(claims()));
        assert_eq!(after.read(&token), Err(TokenRefused));
        assert_eq!(after.read(&during.sign(&claims()).unwrap()), Ok(claims()));
    }

    #[test]
    fn a_changed_token_is_refused() {
        let signer = Signer::from_pkcs8(&[make_signing_key().unwrap()]).unwrap();
        let token = signer.sign(&claims()).unwrap();
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(changed == token || signer.read(&changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn the_key_set_tells_public_members_only() {
        let signer = Signer::from_pkcs8(&[make_signing_key().unwrap(), make_signing_key().unwrap()]).unwrap();
        let jwks = signer.jwks();
        let keys = jwks["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 2);
        assert!(keys.iter().all(|key| key.get("d").is_none() && key["use"] == "sig"));
    }
}
