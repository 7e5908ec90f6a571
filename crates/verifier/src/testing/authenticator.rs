//! An authenticator with one passkey: it signs whatever it is told to, so that tests can tell it wrong things.

use login_guard_protocol::{Digest, base64url};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::Failure;

/// An authenticator with one passkey, of P-256.
#[derive(Debug)]
pub struct Authenticator {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    id: Vec<u8>,
    /// Whom its passkey is for.
    pub relying_party: String,
    /// The flags that it sets, besides those of what follows.
    pub flags: u8,
    /// Its counter.
    pub sign_count: u32,
    /// Whether the counter grows.
    pub counts: bool,
    /// What it answers as user handle; taken from the options of the registration.
    pub user_handle: Option<String>,
    /// The origin that it says instead of the page's.
    pub origin: Option<String>,
    /// Members of the client data that it says otherwise.
    pub client_data: Value,
}

impl Authenticator {
    /// User present.
    pub const UP: u8 = 1;
    /// User verified.
    pub const UV: u8 = 4;
    /// Backed up.
    pub const BACKED_UP: u8 = 16;
    /// What a passkey says that a platform synchronizes: present, verified, eligible and backed up.
    pub const SYNCED: u8 = 1 | 4 | 8 | 16;

    /// An authenticator of this machine, whose counter grows.
    ///
    /// # Errors
    /// Without randomness.
    pub fn new(relying_party: &str) -> Result<Self, Failure> {
        let random = system_random();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).map_err(|_| "no key")?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random)
            .map_err(|_| "no key")?;
        let mut id = vec![0; 32];
        random.fill(&mut id).map_err(|_| "no id")?;
        Ok(Self {
            pair,
            random,
            id,
            relying_party: relying_party.into(),
            flags: Self::UP | Self::UV,
            sign_count: 0,
            counts: true,
            user_handle: None,
            origin: None,
            client_data: json!({}),
        })
    }

    /// The credential's identifier.
    pub fn id(&self) -> String {
        base64url::encode(&self.id)
    }

    /// Answers creation options: the text of a `RegistrationResponseJSON`.
    ///
    /// # Errors
    /// When the options have no challenge.
    pub fn register(&mut self, origin: &str, options: &Value) -> Result<String, Failure> {
        self.user_handle = options["user"]["id"].as_str().map(str::to_owned);
        let client_data = self.client_data("webauthn.create", origin, options)?;
        let point = self.pair.public_key().as_ref();
        let (x, y) = (point.get(1..33).ok_or("no point")?, point.get(33..).ok_or("no point")?);
        let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], x, &[0x22, 0x58, 32], y].concat();
        let id_length = u16::try_from(self.id.len())?.to_be_bytes();
        let credential = [&[0xaa; 16][..], &id_length, &self.id, &cose].concat();
        let data = self.data(0x40, &credential);
        let length = u16::try_from(data.len())?.to_be_bytes();
        let object = [
            &[0xa3, 0x63][..],
            b"fmt",
            &[0x64],
            b"none",
            &[0x67],
            b"attStmt",
            &[0xa0, 0x68],
            b"authData",
            &[0x59],
            &length,
            &data,
        ]
        .concat();
        Ok(json!({
            "id": self.id(), "rawId": self.id(), "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url::encode(&client_data), "attestationObject": base64url::encode(&object),
                "transports": ["internal"],
            },
        })
        .to_string())
    }

    /// Answers request options: the text of an `AuthenticationResponseJSON`.
    ///
    /// # Errors
    /// When the options have no challenge.
    pub fn assert(&mut self, origin: &str, options: &Value) -> Result<String, Failure> {
        let client_data = self.client_data("webauthn.get", origin, options)?;
        let data = self.data(0, &[]);
        let signed = [&data, Digest::of(&client_data).as_bytes().as_slice()].concat();
        let signature = self.pair.sign(&self.random, &signed).map_err(|_| "not signed")?;
        Ok(json!({
            "id": self.id(), "rawId": self.id(), "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url::encode(&client_data), "authenticatorData": base64url::encode(&data),
                "signature": base64url::encode(signature.as_ref()), "userHandle": self.user_handle,
            },
        })
        .to_string())
    }

    fn client_data(&self, kind: &str, origin: &str, options: &Value) -> Result<Vec<u8>, Failure> {
        let challenge = options["challenge"].as_str().ok_or("no challenge")?;
        let origin = self.origin.as_deref().unwrap_or(origin);
        let mut said = json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false });
        for (name, value) in self.client_data.as_object().into_iter().flatten() {
            said[name] = value.clone();
        }
        Ok(said.to_string().into_bytes())
    }

    fn data(&mut self, further: u8, credential: &[u8]) -> Vec<u8> {
        self.sign_count += u32::from(self.counts);
        let relying_party = Digest::of(self.relying_party.as_bytes());
        let count = self.sign_count.to_be_bytes();
        [relying_party.as_bytes().as_slice(), &[self.flags | further], &count, credential].concat()
    }
}

#[expect(clippy::disallowed_methods, reason = "ring signs with its own type of generator only")]
fn system_random() -> SystemRandom {
    SystemRandom::new()
}
