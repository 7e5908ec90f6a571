//! An owner who is logged in: passkeys, step-ups, and a login that a passkey confirms.

use login_guard_protocol::{Digest, Purpose};
use serde_json::{Value, json};

use super::authenticator::Authenticator;
use super::browser::Browser;
use super::{Bench, Failure};
use crate::attempts::AllowResponse;
use crate::confirm::{ConfirmedResponse, passkey};
use crate::factors::{passkeys, step_up};

impl Browser {
    /// The member `owner` of a request, with a proof made just now.
    ///
    /// # Errors
    /// As [`Browser::begin_for`].
    pub async fn owner(&self, bench: &Bench, account: &str, name: &str) -> Result<Value, Failure> {
        let begun = self.begin_for(bench, Purpose::Session).await?;
        Ok(json!({
            "account": account, "login_name": name, "proof": self.session_field(&begun, name)?,
            "device_cookie": self.cookie, "client": { "address": self.address },
            "contacts": { "mail": "alice@mail.example" },
        }))
    }

    /// Begins the registration of a passkey. Gives the ceremony: `attempt` and `options`.
    ///
    /// # Errors
    /// As [`passkeys::begin`].
    pub async fn begin_passkey(&self, bench: &Bench, label: &str, step_up: Option<&Value>) -> Result<Value, Failure> {
        let owner = self.owner(bench, "u-1001", "alice").await?;
        let body = json!({ "owner": owner, "label": label, "step_up": step_up });
        let digest = Digest::of(body.to_string().as_bytes());
        let request = serde_json::from_value(body)?;
        let reply = passkeys::begin(&bench.services, &bench.caller(), &request, digest).await?;
        Ok(serde_json::from_str(&reply.body)?)
    }

    /// Ends the registration of a passkey.
    ///
    /// # Errors
    /// As [`passkeys::finish`].
    pub async fn finish_passkey(&self, bench: &Bench, begun: &Value, credential: &str) -> Result<Value, Failure> {
        let body = json!({ "account": "u-1001", "attempt": begun["attempt"], "credential": credential });
        let request = serde_json::from_value(body)?;
        let reply = passkeys::finish(&bench.services, &bench.caller(), &request).await?;
        Ok(serde_json::from_str(&reply.body)?)
    }

    /// Registers a passkey. Gives what the second step answers.
    ///
    /// # Errors
    /// Whatever a step is refused for.
    pub async fn register_passkey(
        &self,
        bench: &Bench,
        authenticator: &mut Authenticator,
        step_up: Option<&Value>,
    ) -> Result<Value, Failure> {
        let begun = self.begin_passkey(bench, "a key", step_up).await?;
        let credential = authenticator.register(&self.origin, &begun["options"])?;
        self.finish_passkey(bench, &begun, &credential).await
    }

    /// Begins a step-up for an action.
    ///
    /// # Errors
    /// As [`step_up::begin`].
    pub async fn begin_step_up(&self, bench: &Bench, action: &Value) -> Result<Value, Failure> {
        let body = json!({ "owner": self.owner(bench, "u-1001", "alice").await?, "action": action });
        let digest = Digest::of(body.to_string().as_bytes());
        let request = serde_json::from_value(body)?;
        let reply = step_up::begin(&bench.services, &bench.caller(), &request, digest).await?;
        Ok(serde_json::from_str(&reply.body)?)
    }

    /// The member `step_up` of a request for an action.
    ///
    /// # Errors
    /// As [`step_up::begin`].
    pub async fn step_up(
        &self,
        bench: &Bench,
        authenticator: &mut Authenticator,
        action: &Value,
    ) -> Result<Value, Failure> {
        let begun = self.begin_step_up(bench, action).await?;
        let credential = authenticator.assert(&self.origin, &begun["options"])?;
        Ok(json!({ "attempt": begun["attempt"], "credential": credential }))
    }

    /// Answers a challenge with what an authenticator said.
    ///
    /// # Errors
    /// As [`passkey::check`].
    pub async fn check_passkey(
        &self,
        bench: &Bench,
        challenge: &Value,
        credential: &str,
    ) -> Result<ConfirmedResponse, Failure> {
        let proof = self.step_proof(challenge, "passkey/check", credential.as_bytes())?;
        let request = serde_json::from_value(json!({ "v": 1, "proof": proof, "credential": credential }))?;
        let attempt = serde_json::from_value(challenge["attempt"].clone())?;
        Ok(passkey::check(&bench.services, &self.page(bench), attempt, request).await?)
    }

    /// Logs in, confirms by a passkey and redeems.
    ///
    /// # Errors
    /// Whatever a step is refused for.
    pub async fn enrol_by_passkey(
        &mut self,
        bench: &Bench,
        authenticator: &mut Authenticator,
    ) -> Result<AllowResponse, Failure> {
        let (_, body) = self.log_in(bench, "u-1001", "alice").await?;
        let challenge = body["challenge"].clone();
        let credential = authenticator.assert(&self.origin, &passkey_options(&challenge)?)?;
        let confirmed = self.check_passkey(bench, &challenge, &credential).await?;
        self.redeem(bench, &self.redeem_body(&challenge, &confirmed.token, "u-1001")?).await
    }
}

/// What a challenge asks passkeys for.
///
/// # Errors
/// When it does not.
pub fn passkey_options(challenge: &Value) -> Result<Value, Failure> {
    let methods = challenge["methods"].as_array().ok_or("no methods")?;
    let offer = methods.iter().find(|offer| offer["method"] == "passkey").ok_or("no passkey is offered")?;
    Ok(offer["options"].clone())
}
