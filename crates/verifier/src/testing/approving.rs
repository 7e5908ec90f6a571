//! Two browsers of one owner: one asks for approval, the other answers.

use login_guard_protocol::challenge::approval::{ApprovalCode, answer_digest};
use login_guard_protocol::proof::Claims;
use login_guard_protocol::{Digest, Purpose, base64url};
use serde_json::{Value, json};

use super::authenticator::Authenticator;
use super::browser::Browser;
use super::{Bench, Failure};
use crate::approvals::{answer, list};
use crate::attempts::{AllowResponse, Reply};
use crate::confirm::ConfirmedResponse;
use crate::confirm::approval;
use crate::devices;

fn body_of(reply: &Reply) -> Result<Value, Failure> {
    let body: Value = serde_json::from_str(&reply.body)?;
    if reply.status == 200 { Ok(body) } else { Err(body["code"].to_string().into()) }
}

impl Browser {
    /// Asks for approval; gives the code that it shows.
    ///
    /// # Errors
    /// As [`approval::request`].
    pub async fn request_approval(&self, bench: &Bench, challenge: &Value) -> Result<String, Failure> {
        let proof = self.step_proof(challenge, "approval/request", b"")?;
        let request = serde_json::from_value(json!({ "v": 1, "proof": proof }))?;
        let attempt = serde_json::from_value(challenge["attempt"].clone())?;
        Ok(approval::request(&bench.services, &self.page(bench), attempt, request).await?.code)
    }

    /// Fetches the answer.
    ///
    /// # Errors
    /// As [`approval::check`].
    pub async fn check_approval(&self, bench: &Bench, challenge: &Value) -> Result<ConfirmedResponse, Failure> {
        let proof = self.step_proof(challenge, "approval/check", b"")?;
        let request = serde_json::from_value(json!({ "v": 1, "proof": proof }))?;
        let attempt = serde_json::from_value(challenge["attempt"].clone())?;
        Ok(approval::check(&bench.services, &self.page(bench), attempt, request).await?)
    }

    /// What waits for the owner.
    ///
    /// # Errors
    /// As [`list::list`].
    pub async fn list_approvals(&self, bench: &Bench) -> Result<Vec<Value>, Failure> {
        let body = json!({ "owner": self.owner(bench, "u-1001", "alice").await? });
        let digest = Digest::of(body.to_string().as_bytes());
        let reply = list::list(&bench.services, &bench.caller(), &serde_json::from_value(body)?, digest).await?;
        Ok(body_of(&reply)?["approvals"].as_array().cloned().unwrap_or_default())
    }

    /// The body of an answer to a request as it was shown, with a proof of its own.
    ///
    /// # Errors
    /// When signing fails.
    pub async fn answer_body(&self, bench: &Bench, shown: &Value, answer: &str, code: &str) -> Result<Value, Failure> {
        let text = shown["request"].as_str().ok_or("no request")?;
        let typed = ApprovalCode::parse(code).map(|code| code.as_str().to_owned()).unwrap_or_default();
        let begun = self.begin_for(bench, Purpose::Approval).await?;
        let claims = Claims {
            purpose: Purpose::Approval,
            act: Some(answer_digest(text, answer, &typed)),
            ..self.login_claims(&begun, "alice")?
        };
        let jws = self.sign(&claims, self.shows_key)?;
        let proof = format!("{}~{jws}~{}", begun.attempt, base64url::encode(&self.document(&begun.probe)));
        let owner = json!({
            "account": "u-1001", "login_name": "alice", "proof": proof, "device_cookie": self.cookie,
            "client": { "address": self.address }, "contacts": { "mail": "alice@mail.example" },
        });
        let mut body = json!({ "owner": owner, "approval": shown["approval"], "answer": answer });
        if answer == "approve" {
            body["code"] = code.into();
        }
        Ok(body)
    }

    /// Calls `answer` as the HTTP room does.
    ///
    /// # Errors
    /// As [`answer::answer`].
    pub async fn post_answer(&self, bench: &Bench, body: &Value) -> Result<Value, Failure> {
        let digest = Digest::of(body.to_string().as_bytes());
        let request = serde_json::from_value(body.clone())?;
        body_of(&answer::answer(&bench.services, &bench.caller(), &request, digest).await?)
    }

    /// Answers the newest request that waits.
    ///
    /// # Errors
    /// As [`answer::answer`].
    pub async fn answer(&self, bench: &Bench, answer: &str, code: &str) -> Result<Value, Failure> {
        let shown = self.list_approvals(bench).await?.pop().ok_or("nothing waits")?;
        self.post_answer(bench, &self.answer_body(bench, &shown, answer, code).await?).await
    }

    /// Approves the newest request that waits, and shows a passkey for it.
    ///
    /// # Errors
    /// As [`answer::answer`].
    pub async fn approve_with_passkey(
        &self,
        bench: &Bench,
        authenticator: &mut Authenticator,
        code: &str,
    ) -> Result<Value, Failure> {
        let shown = self.list_approvals(bench).await?.pop().ok_or("nothing waits")?;
        let typed = ApprovalCode::parse(code)?;
        let act = answer_digest(shown["request"].as_str().ok_or("no request")?, "approve", typed.as_str());
        let step_up = self.step_up(bench, authenticator, &json!({ "act": "approve", "answer": act })).await?;
        let mut body = self.answer_body(bench, &shown, "approve", code).await?;
        body["step_up"] = step_up;
        self.post_answer(bench, &body).await
    }

    /// Redeems what approval confirmed.
    ///
    /// # Errors
    /// As [`Self::check_approval`] and [`Self::redeem`].
    pub async fn collect_approval(&mut self, bench: &Bench, challenge: &Value) -> Result<AllowResponse, Failure> {
        let confirmed = self.check_approval(bench, challenge).await?;
        self.redeem(bench, &self.redeem_body(challenge, &confirmed.token, "u-1001")?).await
    }

    /// The account's devices.
    ///
    /// # Errors
    /// As [`devices::list::list`].
    pub async fn list_devices(&self, bench: &Bench) -> Result<Vec<Value>, Failure> {
        let body = json!({ "owner": self.owner(bench, "u-1001", "alice").await? });
        let digest = Digest::of(body.to_string().as_bytes());
        let request = serde_json::from_value(body)?;
        let reply = devices::list::list(&bench.services, &bench.caller(), &request, digest).await?;
        Ok(body_of(&reply)?["devices"].as_array().cloned().unwrap_or_default())
    }

    /// The device's own entry in the list.
    ///
    /// # Errors
    /// As [`Self::list_devices`].
    pub async fn own_entry(&self, bench: &Bench) -> Result<Value, Failure> {
        Ok(self.list_devices(bench).await?.into_iter().find(|row| row["this"] == true).ok_or("not listed")?)
    }

    /// Vouches for a device.
    ///
    /// # Errors
    /// As [`devices::acknowledge::acknowledge`].
    pub async fn acknowledge(&self, bench: &Bench, device: &Value) -> Result<Value, Failure> {
        let body = json!({ "owner": self.owner(bench, "u-1001", "alice").await?, "device": device });
        let digest = Digest::of(body.to_string().as_bytes());
        let request = serde_json::from_value(body)?;
        body_of(&devices::acknowledge::acknowledge(&bench.services, &bench.caller(), &request, digest).await?)
    }

    /// Removes a device.
    ///
    /// # Errors
    /// As [`devices::remove::remove`].
    pub async fn remove(&self, bench: &Bench, device: &Value) -> Result<Value, Failure> {
        let body = json!({ "owner": self.owner(bench, "u-1001", "alice").await?, "device": device });
        let digest = Digest::of(body.to_string().as_bytes());
        let request = serde_json::from_value(body)?;
        body_of(&devices::remove::remove(&bench.services, &bench.caller(), &request, digest).await?)
    }
}
