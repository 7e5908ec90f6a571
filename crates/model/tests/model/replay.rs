//! Walks a path of the model through the real verifier: real proofs, real cookies, mailed codes, redeemed tokens.

use login_guard_protocol::AttemptId;
use login_guard_verifier::testing::{Bench, Browser};
use login_guard_verifier::tokens::{self, RedeemRequest};
use serde_json::{Value, json};

use super::Failure;
use super::world::{Action, Assessed, State, TICK_S, Thief, Who, World};

const ACCOUNT: &str = "u-1001";
const NAME: &str = "alice";
const MACHINE: u8 = 1;

/// One attempt as the back end and the page keep it.
#[derive(Debug)]
struct Trace {
    who: Who,
    attempt: AttemptId,
    body: Value,
    reply: Option<Value>,
    token: Option<String>,
    redeemed: Option<Value>,
}

/// The verifier, the owner's browser, and the thief's.
#[derive(Debug)]
pub struct Replay {
    world: World,
    bench: Bench,
    owner: Browser,
    thief: Option<Browser>,
    traces: Vec<Trace>,
}

impl Replay {
    /// A verifier that has enrolled the owner's device.
    ///
    /// # Errors
    /// Whatever enrolment is refused for.
    pub async fn begin(world: World) -> Result<Self, Failure> {
        let mut bench = Bench::in_memory()?;
        for settings in bench.services.platforms.values_mut() {
            settings.cookie_hold_s = world.hold_s;
            // the model knows no budgets
            settings.sends_per_hour = 1_000;
            settings.answers_per_day = 1_000;
        }
        let mut owner = Browser::on_machine(MACHINE)?;
        owner.enrol(&bench, ACCOUNT, NAME).await?;
        Ok(Self { world, bench, owner, thief: None, traces: Vec::new() })
    }

    /// Takes one step, and compares with what the model says.
    ///
    /// # Errors
    /// Where the verifier does something else, or refuses what the model allows.
    pub async fn step(&mut self, action: Action, expected: &State) -> Result<(), Failure> {
        match action {
            Action::Post(who) => self.post(who).await?,
            Action::Arrive(at) => self.arrive(at, expected).await?,
            Action::Receive(at) => {
                let trace = self.traces.get(at).ok_or("no such attempt")?;
                let (who, reply) = (trace.who, trace.reply.clone().ok_or("no reply")?);
                self.browser_mut(who)?.keep_cookies(&reply);
            }
            Action::Confirm(at) => self.confirm(at).await?,
            Action::Redeem(at) => self.redeem(at).await?,
            Action::ReceiveRedeemed(at) => {
                let trace = self.traces.get(at).ok_or("no such attempt")?;
                let (who, reply) = (trace.who, trace.redeemed.clone().ok_or("no reply")?);
                self.browser_mut(who)?.keep_cookies(&reply);
            }
            Action::Copy => {
                let mut thief = self.owner.copied_to(MACHINE)?;
                if self.world.thief == Thief::Abroad {
                    thief.address = "198.51.100.7".into();
                }
                self.thief = Some(thief);
            }
            Action::Tick => self.bench.clock.advance_millis(TICK_S * 1_000),
        }
        Ok(())
    }

    async fn post(&mut self, who: Who) -> Result<(), Failure> {
        let browser = self.browser(who)?;
        let begun = browser.begin(&self.bench).await?;
        let field = browser.login_field(&begun, NAME)?;
        let body = self.bench.assess_body(browser, Some(ACCOUNT), NAME, &field);
        let trace = Trace { who, attempt: begun.attempt, body, reply: None, token: None, redeemed: None };
        self.traces.push(trace);
        Ok(())
    }

    async fn arrive(&mut self, at: usize, expected: &State) -> Result<(), Failure> {
        let trace = self.traces.get(at).ok_or("no such attempt")?;
        let reply = self.bench.assess(trace.attempt, &trace.body).await?;
        // the network repeats it, byte for byte and by another post: one verdict, for one of them
        let again = self.bench.assess(trace.attempt, &trace.body).await?;
        let mut other = trace.body.clone();
        other["request_id"] = "another-post-of-it".into();
        let refused = self.bench.assess(trace.attempt, &other).await;
        if again.body != reply.body || again.status != reply.status || refused.is_ok() {
            return Err("a nonce was spent twice".into());
        }
        let body: Value = serde_json::from_str(&reply.body)?;
        let attempt = expected.attempts.get(at).ok_or("no such attempt")?;
        let status = match attempt.assessed {
            Assessed::Allowed => 200,
            Assessed::Challenged(..) => 401,
            _ => return Err("the model assessed nothing".into()),
        };
        if reply.status != status {
            return Err(format!(
                "the verifier says {}, the model {:?}: {}",
                reply.status, attempt.assessed, reply.body
            )
            .into());
        }
        let is_frozen = body["value"] == "frozen";
        if reply.status == 200 && is_frozen != expected.is_frozen {
            return Err(format!("value is not as in the model: {}", reply.body).into());
        }
        if let Some(trace) = self.traces.get_mut(at) {
            trace.reply = Some(body);
        }
        Ok(())
    }

    async fn confirm(&mut self, at: usize) -> Result<(), Failure> {
        let challenge = self.challenge(at)?;
        let browser = self.browser(self.traces.get(at).ok_or("no such attempt")?.who)?;
        browser.send_code(&self.bench, &challenge).await?;
        let code = self.bench.mail.newest_code().ok_or("no code")?;
        let confirmed = browser.check_code(&self.bench, &challenge, &code).await?;
        if browser.check_code(&self.bench, &challenge, &code).await.is_ok() {
            return Err("a code was accepted twice".into());
        }
        if let Some(trace) = self.traces.get_mut(at) {
            trace.token = Some(confirmed.token);
        }
        Ok(())
    }

    async fn redeem(&mut self, at: usize) -> Result<(), Failure> {
        let challenge = self.challenge(at)?;
        let trace = self.traces.get(at).ok_or("no such attempt")?;
        let token = trace.token.clone().ok_or("no token")?;
        let body = self.browser(trace.who)?.redeem_body(&challenge, &token, ACCOUNT)?;
        self.refuse_mixed(at, &body).await?;
        let response = self.post_redemption(&body).await?;
        if self.post_redemption(&body).await.is_ok() {
            return Err("a token was spent twice".into());
        }
        if let Some(trace) = self.traces.get_mut(at) {
            trace.redeemed = Some(json!({ "set_cookies": response }));
        }
        Ok(())
    }

    /// What was made for one attempt, account, purpose or cookie is worth nothing for another.
    async fn refuse_mixed(&self, at: usize, body: &Value) -> Result<(), Failure> {
        let mut mixed = vec![
            ("account", json!("u-1002")),
            ("purpose", json!("session")),
            ("action", json!("A".repeat(43))),
            ("device_cookie", Value::Null),
        ];
        let others = self.traces.iter().enumerate().filter(|(other, _)| *other != at);
        mixed.extend(others.map(|(_, other)| ("attempt", json!(other.attempt))));
        for (member, value) in mixed {
            let mut changed = body.clone();
            changed[member] = value;
            if self.post_redemption(&changed).await.is_ok() {
                return Err(format!("a token was redeemed with another {member}").into());
            }
        }
        Ok(())
    }

    async fn post_redemption(&self, body: &Value) -> Result<Vec<String>, Failure> {
        let request: RedeemRequest = serde_json::from_value(body.clone())?;
        Ok(tokens::redeem(&self.bench.services, &self.bench.caller(), request).await?.set_cookies)
    }

    fn challenge(&self, at: usize) -> Result<Value, Failure> {
        let reply = self.traces.get(at).and_then(|trace| trace.reply.as_ref()).ok_or("no reply")?;
        Ok(reply["challenge"].clone())
    }

    fn browser(&self, who: Who) -> Result<&Browser, Failure> {
        match who {
            Who::Owner => Ok(&self.owner),
            Who::Thief => self.thief.as_ref().ok_or_else(|| "there is no thief".into()),
        }
    }

    fn browser_mut(&mut self, who: Who) -> Result<&mut Browser, Failure> {
        match who {
            Who::Owner => Ok(&mut self.owner),
            Who::Thief => self.thief.as_mut().ok_or_else(|| "there is no thief".into()),
        }
    }
}
