//! A browser: a device key, cookies, and the proofs that it signs.

use std::collections::BTreeMap;

use login_guard_protocol::base64url::{decode, encode};
use login_guard_protocol::{Digest, Transcript};
use ring::pbkdf2;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::service::Addresses;
use super::wire::{Headers, Reply, Request};

/// The evidence of every browser here.
const EVIDENCE: &str =
    r#"{"v":1,"components":{"canvas":{"state":"absent","reason":"unsupported"}},"facts":{"browser":"chromium"}}"#;

/// How a proof names its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// By the whole key.
    Jwk,
    /// By its thumbprint.
    Kid,
}

pub struct Browser {
    key: EcdsaKeyPair,
    pub origin: String,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    #[expect(clippy::disallowed_methods, reason = "ring makes keys with its own generator only")]
    pub fn new(origin: &str) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        Self { key, origin: origin.into(), cookies: BTreeMap::new() }
    }

    fn jwk(&self) -> Value {
        let point = self.key.public_key().as_ref();
        json!({ "kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..]) })
    }

    pub fn key_id(&self) -> String {
        let jwk = self.jwk();
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]);
        Digest::of(canonical.as_bytes()).to_base64url()
    }

    /// A compact JWS of these claims by this browser's key.
    #[expect(clippy::disallowed_methods, reason = "ring signs with its own generator only")]
    pub fn sign(&self, named: Named, claims: &Value) -> String {
        let header = match named {
            Named::Jwk => json!({ "typ": "lg-proof+jwt", "alg": "ES256", "jwk": self.jwk() }),
            Named::Kid => json!({ "typ": "lg-proof+jwt", "alg": "ES256", "kid": self.key_id() }),
        };
        let signed = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", encode(signature.as_ref()))
    }

    /// The claims of a login proof.
    pub fn login_claims(&self, begun: &Value, name: &str) -> Value {
        let platform = begun["platform"].as_str().unwrap();
        let digest = Transcript::new("login-guard/name/v1").part(platform.as_bytes()).part(name.as_bytes()).digest();
        let mut claims = json!({
            "aud": platform, "nonce": begun["nonce"], "origin": self.origin, "name": digest.to_base64url(),
            "purpose": "login", "evidence": Digest::of(EVIDENCE.as_bytes()).to_base64url(),
        });
        let head = self.cookies.iter().find(|(cookie, _)| {
            cookie.strip_prefix("__Host-lg-head-").is_some_and(|label| self.key_id().starts_with(label))
        });
        if let Some((_, head)) = head {
            claims["head"] = json!(head);
        }
        claims
    }

    /// The field `login-guard-proof`.
    pub fn field(&self, named: Named, begun: &Value, name: &str) -> String {
        field_of(begun, &self.sign(named, &self.login_claims(begun, name)))
    }

    /// The field `login-guard-proof` of a page of a session.
    pub fn session_field(&self, named: Named, begun: &Value, name: &str) -> String {
        let mut claims = self.login_claims(begun, name);
        claims["purpose"] = json!("session");
        field_of(begun, &self.sign(named, &claims))
    }

    /// A confirmation proof.
    pub fn confirm(&self, challenge: &Value, step: &str, payload: &str) -> String {
        let act =
            Transcript::new("login-guard/confirmation/v1").part(step.as_bytes()).part(payload.as_bytes()).digest();
        let claims = json!({
            "aud": challenge["platform"], "nonce": challenge["nonce"], "origin": self.origin, "name": challenge["name"],
            "purpose": "confirmation", "evidence": Digest::of(b"").to_base64url(), "act": act.to_base64url(),
        });
        self.sign(Named::Jwk, &claims)
    }

    /// Keeps the cookies that a reply asks the back end to set.
    pub fn keep(&mut self, reply: &Value) {
        for line in reply["set_cookies"].as_array().into_iter().flatten() {
            let (name, value) = line.as_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.into(), value.into());
        }
    }

    pub fn device_cookie(&self) -> Option<&str> {
        self.cookies.get("__Host-lg-device").map(String::as_str)
    }

    /// What goes along with every request to the browser listener.
    pub fn headers(&self) -> Headers {
        let mut headers = Headers::new();
        let mut add = |name: &str, value: &str| headers.push((name.into(), value.into()));
        add("content-type", "application/json");
        add("origin", &self.origin);
        add("sec-fetch-site", "same-origin");
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            add("cookie", &pairs.join("; "));
        }
        headers
    }

    pub fn begin_request(&self) -> Request {
        Request::post("/login-guard/attempts", self.headers(), &json!({ "v": 1, "purpose": "login" }))
    }

    /// An attempt for comparing the device of a session.
    pub async fn begin_session(&self, at: Addresses) -> Value {
        let body = json!({ "v": 1, "purpose": "session" });
        Request::post("/login-guard/attempts", self.headers(), &body).send(at.browser).await.expect(201)
    }

    pub async fn begin(&self, at: Addresses) -> Value {
        self.begin_request().send(at.browser).await.expect(201)
    }

    /// A request for one step of a confirmation.
    pub fn step_request(&self, challenge: &Value, step: &str, body: &Value) -> Request {
        let attempt = challenge["attempt"].as_str().unwrap();
        Request::post(&format!("/login-guard/attempts/{attempt}/confirmations/{step}"), self.headers(), body)
    }

    pub fn send_request(&self, challenge: &Value) -> Request {
        let answer = solve(challenge);
        let proof = self.confirm(challenge, "mail-code/send", &answer);
        let body = json!({ "v": 1, "proof": proof, "work": { "answer": answer } });
        self.step_request(challenge, "mail-code/send", &body)
    }

    pub fn check_request(&self, challenge: &Value, code: &str) -> Request {
        let proof = self.confirm(challenge, "mail-code/check", code);
        self.step_request(challenge, "mail-code/check", &json!({ "v": 1, "proof": proof, "code": code }))
    }

    pub fn passkey_request(&self, challenge: &Value, credential: &str) -> Request {
        let proof = self.confirm(challenge, "passkey/check", credential);
        self.step_request(challenge, "passkey/check", &json!({ "v": 1, "proof": proof, "credential": credential }))
    }

    pub fn code_request(&self, challenge: &Value, method: &str, code: &str) -> Request {
        let meant = login_guard_protocol::challenge::recovery_code::canonical(code);
        self.code_request_as(challenge, method, &meant, code)
    }

    /// A code that was typed in another form than the one that is signed.
    pub fn code_request_as(&self, challenge: &Value, method: &str, signed: &str, typed: &str) -> Request {
        let step = format!("{method}/check");
        let proof = self.confirm(challenge, &step, signed);
        self.step_request(challenge, &step, &json!({ "v": 1, "proof": proof, "code": typed }))
    }

    pub fn device_key_request(&self, challenge: &Value) -> Request {
        let proof = self.confirm(challenge, "device-key/check", "");
        self.step_request(challenge, "device-key/check", &json!({ "v": 1, "proof": proof, "evidence": "" }))
    }

    /// The field `login-guard-verdict`.
    pub fn verdict_field(&self, challenge: &Value, confirmed: &Reply) -> String {
        let confirmed = confirmed.expect(200);
        let token = confirmed["token"].as_str().unwrap();
        format!("{token}~{}", self.confirm(challenge, "redeem", token))
    }
}

/// The field around any proof, with the answer to the attempt's work.
pub fn field_of(begun: &Value, proof: &str) -> String {
    let work = if begun["work"].is_null() { String::new() } else { format!("~{}", solve(begun)) };
    format!("{}~{proof}~{}{work}", begun["attempt"].as_str().unwrap(), encode(EVIDENCE.as_bytes()))
}

/// Does the work of an attempt or a challenge: tries counters from 0 upwards, puzzle by puzzle.
pub fn solve(asked: &Value) -> String {
    let number = |name: &str| u32::try_from(asked["work"][name].as_u64().unwrap()).unwrap();
    let bytes = |text: &Value| decode(text.as_str().unwrap()).unwrap();
    let block =
        Transcript::new("login-guard/work/v1").part(&bytes(&asked["attempt"])).part(&bytes(&asked["work"]["salt"]));
    let iterations = std::num::NonZeroU32::new(number("iterations")).unwrap();
    let mut answer = Vec::new();
    for puzzle in 0..number("puzzles") {
        let mut derived = [0; 16];
        let solves = |counter: &u32| {
            let point = [puzzle.to_be_bytes(), counter.to_be_bytes()].concat();
            // HMAC fills its key up with zeros by itself
            pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations, &point, block.as_bytes(), &mut derived);
            derived[0].leading_zeros() >= number("bits")
        };
        let counter = (0..u32::MAX).find(solves).unwrap();
        answer.extend_from_slice(&counter.to_be_bytes());
        answer.extend_from_slice(&derived[12..]);
    }
    encode(&answer)
}
