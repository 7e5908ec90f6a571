//! A browser that confirms: steps, redemption, enrolment.

use login_guard_protocol::challenge::{REDEEM_STEP, step_digest};
use login_guard_protocol::proof::Claims;
use login_guard_protocol::{Digest, Purpose, base64url};
use serde_json::{Value, json};

use super::browser::Browser;
use super::work::solve_challenge;
use super::{Bench, Failure};
use crate::attempts::AllowResponse;
use crate::attempts::messages::ProbeRequest;
use crate::confirm::{ConfirmedResponse, device_key, mail_code};
use crate::tokens::{self, RedeemRequest};

impl Browser {
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
