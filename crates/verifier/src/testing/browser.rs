//! A browser: one device key, one cookie jar, one machine.

use login_guard_protocol::challenge::probe::{CPU, DEFAULT};
use login_guard_protocol::evidence::{Component, DigestText, ProbeAnswer, Writer};
use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::proof::{Claims, TYPE};
use login_guard_protocol::{Digest, LoginName, ProbeSeed, Purpose, Transcript, base64url};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::work::work_part;
use super::{Bench, Failure, ORIGIN};
use crate::attempts::messages::ProbeRequest;
use crate::attempts::{self, BeginResponse, Page};
use crate::problem::Problem;

/// A browser: one device key, one cookie jar, one machine.
#[derive(Debug)]
pub struct Browser {
    pair: EcdsaKeyPair,
    document: Vec<u8>,
    /// The public half.
    pub key: PublicKey,
    /// The value of the device cookie.
    pub cookie: Option<String>,
    /// The account head for the key.
    pub head: Option<String>,
    /// The evidence document.
    pub evidence: Vec<u8>,
    /// What draws the canvas probe: the same one draws the same. None for a client that draws nothing.
    pub renderer: Option<Renderer>,
    /// Whether proofs show the key in full.
    pub shows_key: bool,
    /// The origin of its page.
    pub origin: String,
    /// The address that its requests come from.
    pub address: String,
}

/// What draws, as a function of the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renderer {
    /// Fonts, engine and processor.
    pub processor: u8,
    /// Graphics card and driver.
    pub graphics: u8,
}

impl Renderer {
    /// What it answers.
    pub fn draw(self, seed: ProbeSeed) -> ProbeAnswer {
        let component = |raster: &str, by: &[u8]| {
            let digest = Transcript::new("drawn").part(raster.as_bytes()).part(by).part(seed.as_bytes()).digest();
            let mut short = [0; 16];
            short.copy_from_slice(&digest.as_bytes()[..16]);
            Component::Present { digest: DigestText::from_bytes(short) }
        };
        ProbeAnswer {
            seed,
            cpu: component(CPU, &[self.processor]),
            default: component(DEFAULT, &[self.processor, self.graphics]),
        }
    }
}

impl Browser {
    /// A new profile on the machine numbered `machine`.
    ///
    /// # Errors
    /// Without randomness.
    pub fn on_machine(machine: u8) -> Result<Self, Failure> {
        let random = system_random();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(|_| "no key")?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random)
            .map_err(|_| "no key")?;
        let key = PublicKey::from_sec1(pair.public_key().as_ref())?;
        let mut writer = Writer::default();
        for name in super::STEADY {
            writer.present(name, &[machine; 16]);
        }
        writer.fact("browser", "firefox");
        Ok(Self {
            pair,
            document: document.as_ref().to_vec(),
            key,
            cookie: None,
            head: None,
            evidence: writer.into_bytes(),
            renderer: Some(Renderer { processor: machine, graphics: machine }),
            shows_key: true,
            origin: ORIGIN.into(),
            address: "203.0.113.7".into(),
        })
    }

    /// The same profile, key and all, on a machine.
    ///
    /// # Errors
    /// Without randomness.
    pub fn copied_to(&self, machine: u8) -> Result<Self, Failure> {
        let other = Self::on_machine(machine)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.document, &system_random())
            .map_err(|_| "no key")?;
        Ok(Self {
            pair,
            document: self.document.clone(),
            key: self.key,
            cookie: self.cookie.clone(),
            head: self.head.clone(),
            shows_key: self.shows_key,
            address: self.address.clone(),
            ..other
        })
    }

    /// The page it shows.
    pub fn page(&self, bench: &Bench) -> Page {
        Page {
            platform: bench.platform.clone(),
            origin: self.origin.clone(),
            device_cookie: self.cookie.clone(),
            address: None,
        }
    }

    /// Begins an attempt.
    ///
    /// # Errors
    /// As [`attempts::begin`].
    pub async fn begin(&self, bench: &Bench) -> Result<BeginResponse, Problem> {
        self.begin_for(bench, Purpose::Login).await
    }

    /// Begins an attempt for a purpose.
    ///
    /// # Errors
    /// As [`attempts::begin`].
    pub async fn begin_for(&self, bench: &Bench, purpose: Purpose) -> Result<BeginResponse, Problem> {
        let key = (!self.shows_key || self.cookie.is_some()).then(|| self.key.key_id());
        let request = serde_json::from_value(json!({ "v": 1, "purpose": purpose, "device_key_id": key }))
            .map_err(|_| Problem::new(login_guard_protocol::problem::ProblemCode::BodyInvalid))?;
        attempts::begin(&bench.services, &self.page(bench), request).await
    }

    /// The claims of a login proof.
    ///
    /// # Errors
    /// When the name is none.
    pub fn login_claims(&self, begun: &BeginResponse, name: &str) -> Result<Claims, Failure> {
        Ok(Claims {
            aud: begun.platform.clone(),
            nonce: begun.nonce.clone(),
            origin: self.origin.clone(),
            name: LoginName::parse(name)?.digest(&begun.platform),
            purpose: Purpose::Login,
            evidence: Digest::of(&self.document(&begun.probe)),
            act: None,
            head: self.head.clone(),
        })
    }

    /// The field `login-guard-proof`.
    ///
    /// # Errors
    /// As [`Self::login_claims`].
    pub fn login_field(&self, begun: &BeginResponse, name: &str) -> Result<String, Failure> {
        let jws = self.sign(&self.login_claims(begun, name)?, self.shows_key)?;
        let document = base64url::encode(&self.document(&begun.probe));
        Ok(format!("{}~{jws}~{document}{}", begun.attempt, work_part(begun)?))
    }

    /// The field `login-guard-proof` of a page of a session.
    ///
    /// # Errors
    /// As [`Self::login_claims`].
    pub fn session_field(&self, begun: &BeginResponse, name: &str) -> Result<String, Failure> {
        let claims = Claims { purpose: Purpose::Session, ..self.login_claims(begun, name)? };
        let jws = self.sign(&claims, self.shows_key)?;
        Ok(format!("{}~{jws}~{}", begun.attempt, base64url::encode(&self.document(&begun.probe))))
    }

    /// The evidence document with what is drawn of these seeds.
    pub fn document(&self, asked: &ProbeRequest) -> Vec<u8> {
        let Some(renderer) = self.renderer else { return self.evidence.clone() };
        let answers: Vec<ProbeAnswer> = asked.seeds.iter().map(|seed| renderer.draw(*seed)).collect();
        let Some(rest) = self.evidence.strip_suffix(b"}") else { return self.evidence.clone() };
        [rest, b",\"probes\":", json!(answers).to_string().as_bytes(), b"}"].concat()
    }

    /// A compact JWS over claims.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign(&self, claims: &Claims, shows_key: bool) -> Result<String, Failure> {
        let header = if shows_key {
            json!({ "typ": TYPE, "alg": "ES256", "jwk": self.key })
        } else {
            json!({ "typ": TYPE, "alg": "ES256", "kid": self.key.key_id() })
        };
        let header = base64url::encode(header.to_string().as_bytes());
        let signed = format!("{header}.{}", base64url::encode(serde_json::to_string(claims)?.as_bytes()));
        let signature = self.pair.sign(&system_random(), signed.as_bytes()).map_err(|_| "not signed")?;
        Ok(format!("{signed}.{}", base64url::encode(signature.as_ref())))
    }

    /// Keeps the cookies of an answer, as browsers do.
    pub fn keep_cookies(&mut self, answer: &Value) {
        for cookie in answer["set_cookies"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) else { continue };
            match name {
                "__Host-lg-device" => self.cookie = Some(value.to_owned()),
                _ => self.head = Some(value.to_owned()),
            }
        }
    }

    /// One login post with a right password. Returns status and body.
    ///
    /// # Errors
    /// The problem, if there was no verdict.
    pub async fn log_in(&mut self, bench: &Bench, account: &str, name: &str) -> Result<(u16, Value), Failure> {
        let begun = self.begin(bench).await?;
        let field = self.login_field(&begun, name)?;
        let reply = bench.assess(begun.attempt, &bench.assess_body(self, Some(account), name, &field)).await?;
        let body: Value = serde_json::from_str(&reply.body)?;
        self.keep_cookies(&body);
        Ok((reply.status, body))
    }
}

#[expect(clippy::disallowed_methods, reason = "ring signs with its own type of generator only")]
fn system_random() -> SystemRandom {
    SystemRandom::new()
}
