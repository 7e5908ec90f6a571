//! A browser: one device key, one cookie jar, one machine.

use login_guard_protocol::challenge::probe::{CPU, DEFAULT};
use login_guard_protocol::challenge::work::{Answer, PuzzleAnswer, Work, tag};
use login_guard_protocol::challenge::{REDEEM_STEP, step_digest};
use login_guard_protocol::evidence::{Component, DigestText, ProbeAnswer, Writer};
use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::proof::{Claims, TYPE};
use login_guard_protocol::{AttemptId, Digest, LoginName, ProbeSeed, Purpose, Transcript, base64url};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::{Bench, Failure, ORIGIN};
use crate::attempts::messages::ProbeRequest;
use crate::attempts::{self, AllowResponse, BeginResponse, Page};
use crate::confirm::{ConfirmedResponse, device_key, mail_code};
use crate::problem::Problem;
use crate::tokens::{self, RedeemRequest};

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

    /// A confirmation proof.
    ///
    /// # Errors
    /// When the challenge has no nonce or name.
    pub fn step_proof(&self, challenge: &Value, step: &str, payload: &[u8]) -> Result<String, Failure> {
        self.step_proof_with(challenge, step, payload, &[])
    }

    fn step_proof_with(
        &self,
        challenge: &Value,
        step: &str,
        payload: &[u8],
        evidence: &[u8],
    ) -> Result<String, Failure> {
        let claims = Claims {
            aud: serde_json::from_value(challenge["platform"].clone())?,
            nonce: serde_json::from_value(challenge["nonce"].clone())?,
            origin: self.origin.clone(),
            name: serde_json::from_value(challenge["name"].clone())?,
            purpose: Purpose::Confirmation,
            evidence: Digest::of(evidence),
            act: Some(step_digest(step, payload)),
            head: self.head.clone(),
        };
        self.sign(&claims, true)
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

    /// Asks for a code.
    ///
    /// # Errors
    /// As [`mail_code::send`].
    pub async fn send_code(&self, bench: &Bench, challenge: &Value) -> Result<mail_code::SendResponse, Failure> {
        let answer = solve_challenge(challenge)?;
        let proof = self.step_proof(challenge, "mail-code/send", answer.as_bytes())?;
        let request = serde_json::from_value(json!({ "v": 1, "proof": proof, "work": { "answer": answer } }))?;
        let attempt = serde_json::from_value(challenge["attempt"].clone())?;
        Ok(mail_code::send(&bench.services, &self.page(bench), attempt, request).await?)
    }

    /// Answers with a code.
    ///
    /// # Errors
    /// As [`mail_code::check`].
    pub async fn check_code(&self, bench: &Bench, challenge: &Value, code: &str) -> Result<ConfirmedResponse, Failure> {
        let proof = self.step_proof(challenge, "mail-code/check", code.as_bytes())?;
        let request = serde_json::from_value(json!({ "v": 1, "proof": proof, "code": code }))?;
        let attempt = serde_json::from_value(challenge["attempt"].clone())?;
        Ok(mail_code::check(&bench.services, &self.page(bench), attempt, request).await?)
    }

    /// Confirms unseen, by the key.
    ///
    /// # Errors
    /// As [`device_key::check`].
    pub async fn check_device_key(&self, bench: &Bench, challenge: &Value) -> Result<ConfirmedResponse, Failure> {
        let methods = challenge["methods"].as_array().ok_or("no methods")?;
        let asked = methods.iter().find_map(|method| method["probe"]["seeds"].as_array());
        let document = match asked {
            Some(seeds) => self.document(&ProbeRequest::of(serde_json::from_value(json!(seeds))?)),
            None => self.evidence.clone(),
        };
        let proof = self.step_proof_with(challenge, "device-key/check", b"", &document)?;
        let evidence = base64url::encode(&document);
        let request = serde_json::from_value(json!({ "v": 1, "proof": proof, "evidence": evidence }))?;
        let attempt = serde_json::from_value(challenge["attempt"].clone())?;
        Ok(device_key::check(&bench.services, &self.page(bench), attempt, request).await?)
    }

    /// The body of a redemption.
    ///
    /// # Errors
    /// As [`Self::step_proof`].
    pub fn redeem_body(&self, challenge: &Value, token: &str, account: &str) -> Result<Value, Failure> {
        self.redeem_body_with(challenge, token, account, &[])
    }

    /// The body of a redemption that brings evidence gathered while confirming.
    ///
    /// # Errors
    /// As [`Self::step_proof`].
    pub fn redeem_body_with(
        &self,
        challenge: &Value,
        token: &str,
        account: &str,
        evidence: &[u8],
    ) -> Result<Value, Failure> {
        let proof = self.step_proof_with(challenge, REDEEM_STEP, token.as_bytes(), evidence)?;
        let verdict = format!("{token}~{proof}~{}", base64url::encode(evidence));
        Ok(json!({
            "verdict": verdict, "attempt": challenge["attempt"], "account": account,
            "purpose": "login", "action": null, "device_cookie": self.cookie, "client": { "address": self.address },
        }))
    }

    /// Redeems, and keeps the cookies.
    ///
    /// # Errors
    /// As [`tokens::redeem`].
    pub async fn redeem(&mut self, bench: &Bench, body: &Value) -> Result<AllowResponse, Failure> {
        let request: RedeemRequest = serde_json::from_value(body.clone())?;
        let response = tokens::redeem(&bench.services, &bench.caller(), request).await?;
        self.keep_cookies(&json!({ "set_cookies": response.set_cookies }));
        self.shows_key = false;
        Ok(response)
    }

    /// Enrols: log-in, code, redemption.
    ///
    /// # Errors
    /// Whatever a step is refused for.
    pub async fn enrol(&mut self, bench: &Bench, account: &str, name: &str) -> Result<AllowResponse, Failure> {
        let (_, body) = self.log_in(bench, account, name).await?;
        let challenge = body["challenge"].clone();
        self.send_code(bench, &challenge).await?;
        let code = bench.mail.newest_code().ok_or("no code")?;
        let confirmed = self.check_code(bench, &challenge, &code).await?;
        self.redeem(bench, &self.redeem_body(&challenge, &confirmed.token, account)?).await
    }
}

impl Browser {
    /// Confirms once more a device that was enrolled before, with its cookie lost.
    ///
    /// # Errors
    /// As [`Self::enrol`].
    pub async fn enrol_again(&mut self, bench: &Bench, account: &str, name: &str) -> Result<AllowResponse, Failure> {
        let cookie = self.cookie.take();
        let allowed = self.enrol(bench, account, name).await;
        if allowed.is_err() {
            self.cookie = cookie;
        }
        allowed
    }

    /// Is challenged from an address. Gives itself back, and the challenge.
    ///
    /// # Errors
    /// Whatever a step is refused for.
    pub async fn challenge_from(mut self, bench: &Bench, address: &str) -> Result<(Self, Value), Failure> {
        let begun = self.begin(bench).await?;
        let field = self.login_field(&begun, "alice")?;
        let mut body = bench.assess_body(&self, Some("u-1001"), "alice", &field);
        body["client"]["address"] = address.into();
        let reply: Value = serde_json::from_str(&bench.assess(begun.attempt, &body).await?.body)?;
        self.keep_cookies(&reply);
        Ok((self, reply["challenge"].clone()))
    }

    /// Confirms an attempt that was made without a key.
    ///
    /// # Errors
    /// Whatever a step is refused for.
    pub async fn confirm_keyless(
        &mut self,
        bench: &Bench,
        challenge: &Value,
        account: &str,
    ) -> Result<AllowResponse, Failure> {
        let attempt: login_guard_protocol::AttemptId = serde_json::from_value(challenge["attempt"].clone())?;
        let send = json!({ "v": 1, "proof": null, "work": { "answer": solve_challenge(challenge)? } });
        mail_code::send(&bench.services, &self.page(bench), attempt, serde_json::from_value(send)?).await?;
        let check = json!({ "v": 1, "proof": null, "code": bench.mail.newest_code().ok_or("no code")? });
        let page = self.page(bench);
        let confirmed = mail_code::check(&bench.services, &page, attempt, serde_json::from_value(check)?).await?;
        let mut body = self.redeem_body(challenge, &confirmed.token, account)?;
        body["verdict"] = format!("{}~", confirmed.token).into();
        self.redeem(bench, &body).await
    }
}

/// The last part of the field `login-guard-proof`: the answer to the work, where some was asked for.
///
/// # Errors
/// As [`solve`].
pub fn work_part(begun: &BeginResponse) -> Result<String, Failure> {
    begun.work.as_ref().map_or(Ok(String::new()), |work| Ok(format!("~{}", solve(work, begun.attempt)?)))
}

/// Does a piece of work as a browser does: the smallest counter of each puzzle.
///
/// # Errors
/// For work that is not ours.
pub fn solve(work: &Work, attempt: AttemptId) -> Result<Answer, Failure> {
    let solution = |puzzle| {
        (0..u32::MAX).find_map(|counter| {
            let result = crate::work::result(work, attempt, puzzle, counter)?;
            work.is_solved_by(&result).then(|| PuzzleAnswer { counter, tag: tag(&result) })
        })
    };
    let answers: Option<Vec<PuzzleAnswer>> = (0..work.puzzles).map(solution).collect();
    Ok(Answer::of(&answers.ok_or("work of an unknown kind")?))
}

/// The answer to the work of a challenge.
///
/// # Errors
/// As [`solve`].
pub fn solve_challenge(challenge: &Value) -> Result<String, Failure> {
    let work = serde_json::from_value(challenge["work"].clone())?;
    Ok(solve(&work, serde_json::from_value(challenge["attempt"].clone())?)?.to_string())
}

#[expect(clippy::disallowed_methods, reason = "ring signs with its own type of generator only")]
fn system_random() -> SystemRandom {
    SystemRandom::new()
}
