//! An owner who is logged in: authenticator apps, recovery codes, listing, removing and cancelling; and logins that they confirm.

use std::collections::BTreeMap;

use login_guard_protocol::Digest;
use login_guard_protocol::challenge::recovery_code::canonical;
use serde_json::{Map, Value, json};

use super::browser::Browser;
use super::{Bench, Failure};
use crate::attempts::{AllowResponse, Reply};
use crate::clock::Clock;
use crate::confirm::{ConfirmedResponse, recovery_code, totp as confirm_totp};
use crate::factors::totp::{self, TotpSecret};
use crate::factors::{listing, recovery};
use crate::tokens;

/// An authenticator app.
#[derive(Clone, Debug)]
pub struct App {
    secret: TotpSecret,
}

impl App {
    /// Reads a secret as people type it: base 32.
    ///
    /// # Errors
    /// For another text.
    pub fn read(text: &str) -> Result<Self, Failure> {
        let letters: BTreeMap<char, u64> = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".chars().zip(0..).collect();
        let mut bytes = Vec::new();
        for eight in text.chars().collect::<Vec<_>>().chunks(8) {
            let bits =
                eight.iter().try_fold(0, |bits, letter| Some(bits << 5 | letters.get(letter)?)).ok_or("no letter")?;
            bytes.extend_from_slice(&bits.to_be_bytes()[3..]);
        }
        let secret = bytes.try_into().map_err(|_| "not 20 bytes")?;
        Ok(Self { secret: TotpSecret::from_bytes(secret) })
    }

    /// What it shows now, or so many steps later.
    pub fn shows(&self, bench: &Bench, later: u64) -> String {
        self.at(bench.clock.as_ref(), later)
    }

    /// The same by any clock.
    pub fn at(&self, clock: &dyn Clock, later: u64) -> String {
        let code = self.secret.code(clock.now().as_seconds() / 30 + later);
        String::from_utf8_lossy(code.as_bytes()).into_owned()
    }
}

impl Browser {
    /// Sets up an app, to the end. Gives the app, and what the second step answers.
    ///
    /// # Errors
    /// Whatever a step is refused for.
    pub async fn set_up_totp(&self, bench: &Bench, step_up: Option<&Value>) -> Result<(App, Value), Failure> {
        let begun = self.begin_totp(bench, step_up).await?;
        let app = App::read(begun["secret"].as_str().ok_or("no secret")?)?;
        let finished = self.finish_totp(bench, &begun, &app.shows(bench, 0)).await?;
        Ok((app, finished))
    }

    /// Asks for a secret.
    ///
    /// # Errors
    /// As [`totp::begin`].
    pub async fn begin_totp(&self, bench: &Bench, step_up: Option<&Value>) -> Result<Value, Failure> {
        let (request, digest) = self.owner_request(bench, json!({ "step_up": step_up })).await?;
        read(&totp::begin(&bench.services, &bench.caller(), serde_json::from_value(request)?, digest).await?)
    }

    /// Shows what an app shows.
    ///
    /// # Errors
    /// As [`totp::finish`].
    pub async fn finish_totp(&self, bench: &Bench, begun: &Value, code: &str) -> Result<Value, Failure> {
        let request = json!({ "account": "u-1001", "attempt": begun["attempt"], "code": code });
        read(&totp::finish(&bench.services, &bench.caller(), serde_json::from_value(request)?).await?)
    }

    /// Has recovery codes issued.
    ///
    /// # Errors
    /// As [`recovery::issue`].
    pub async fn issue_codes(&self, bench: &Bench, step_up: Option<&Value>) -> Result<Vec<String>, Failure> {
        let (request, digest) = self.owner_request(bench, json!({ "step_up": step_up })).await?;
        let reply = recovery::issue(&bench.services, &bench.caller(), serde_json::from_value(request)?, digest).await?;
        Ok(serde_json::from_value(read(&reply)?["codes"].clone())?)
    }

    /// Lists what the account can confirm with.
    ///
    /// # Errors
    /// As [`listing::list`].
    pub async fn list_factors(&self, bench: &Bench) -> Result<Value, Failure> {
        let (request, digest) = self.owner_request(bench, json!({})).await?;
        read(&listing::list(&bench.services, &bench.caller(), serde_json::from_value(request)?, digest).await?)
    }

    /// The same, where the back end tells another mail address.
    ///
    /// # Errors
    /// As [`listing::list`].
    pub async fn list_told(&self, bench: &Bench, mail: &str) -> Result<Value, Failure> {
        let (request, digest) = self.owner_request(bench, json!({ "told": mail })).await?;
        read(&listing::list(&bench.services, &bench.caller(), serde_json::from_value(request)?, digest).await?)
    }

    /// Cancels what waits, where the back end tells another mail address.
    ///
    /// # Errors
    /// As [`listing::cancel`].
    pub async fn cancel_told(&self, bench: &Bench, factor: &Value, mail: &str) -> Result<Value, Failure> {
        let (request, digest) = self.owner_request(bench, json!({ "factor": factor, "told": mail })).await?;
        read(&listing::cancel(&bench.services, &bench.caller(), serde_json::from_value(request)?, digest).await?)
    }

    /// Removes a factor.
    ///
    /// # Errors
    /// As [`listing::remove`].
    pub async fn remove_factor(
        &self,
        bench: &Bench,
        factor: &Value,
        step_up: Option<&Value>,
    ) -> Result<Value, Failure> {
        let (request, digest) = self.owner_request(bench, json!({ "factor": factor, "step_up": step_up })).await?;
        read(&listing::remove(&bench.services, &bench.caller(), serde_json::from_value(request)?, digest).await?)
    }

    /// Cancels what waits.
    ///
    /// # Errors
    /// As [`listing::cancel`].
    pub async fn cancel_factor(&self, bench: &Bench, factor: &Value) -> Result<Value, Failure> {
        let (request, digest) = self.owner_request(bench, json!({ "factor": factor })).await?;
        read(&listing::cancel(&bench.services, &bench.caller(), serde_json::from_value(request)?, digest).await?)
    }

    /// Answers with a code of an app.
    ///
    /// # Errors
    /// As [`confirm_totp::check`].
    pub async fn check_totp(&self, bench: &Bench, challenge: &Value, code: &str) -> Result<ConfirmedResponse, Failure> {
        let proof = self.step_proof(challenge, "totp/check", code.as_bytes())?;
        let request = serde_json::from_value(json!({ "v": 1, "proof": proof, "code": code }))?;
        let attempt = serde_json::from_value(challenge["attempt"].clone())?;
        Ok(confirm_totp::check(&bench.services, &self.page(bench), attempt, request).await?)
    }

    /// Answers with a recovery code, as typed.
    ///
    /// # Errors
    /// As [`recovery_code::check`].
    pub async fn check_recovery_code(
        &self,
        bench: &Bench,
        challenge: &Value,
        typed: &str,
    ) -> Result<ConfirmedResponse, Failure> {
        let proof = self.step_proof(challenge, "recovery-code/check", canonical(typed).as_bytes())?;
        let request = serde_json::from_value(json!({ "v": 1, "proof": proof, "code": typed }))?;
        let attempt = serde_json::from_value(challenge["attempt"].clone())?;
        Ok(recovery_code::check(&bench.services, &self.page(bench), attempt, request).await?)
    }

    /// Redeems what was confirmed, and keeps the cookies.
    ///
    /// # Errors
    /// As [`tokens::redeem`].
    pub async fn redeem_confirmed(
        &mut self,
        bench: &Bench,
        challenge: &Value,
        confirmed: &ConfirmedResponse,
    ) -> Result<AllowResponse, Failure> {
        let body = self.redeem_body(challenge, &confirmed.token, "u-1001")?;
        let allowed = tokens::redeem(&bench.services, &bench.caller(), serde_json::from_value(body)?).await?;
        self.keep_cookies(&json!({ "set_cookies": allowed.set_cookies }));
        Ok(allowed)
    }

    /// A request of the owner, and its digest.
    async fn owner_request(&self, bench: &Bench, members: Value) -> Result<(Value, Digest), Failure> {
        let mut owner = self.owner(bench, "u-1001", "alice").await?;
        let mut body = Map::new();
        for (name, value) in members.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
            if name == "told" {
                owner["contacts"]["mail"] = value.clone();
            } else {
                body.insert(name.clone(), value.clone());
            }
        }
        body.insert("owner".to_owned(), owner);
        let body = Value::Object(body);
        let digest = Digest::of(body.to_string().as_bytes());
        Ok((body, digest))
    }
}

fn read(reply: &Reply) -> Result<Value, Failure> {
    let body: Value = serde_json::from_str(&reply.body)?;
    if reply.status == 200 { Ok(body) } else { Err(body["code"].as_str().unwrap_or("no code").into()) }
}
