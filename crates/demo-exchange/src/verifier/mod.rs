//! The verifier as this back end sees it: four calls of the backend listener, and the manifest of the browser's files.
//!
//! May import: nothing of ours. Everything here follows `docs/protocol.md`; unknown members of responses are ignored.

mod client;
mod manifest;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use client::Verifier;
pub use manifest::Manifest;

/// Where the client of a login connects from, and with what.
#[derive(Clone, Debug, Serialize)]
pub struct Client {
    /// The socket's peer.
    pub address: String,
    /// The `User-Agent` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

/// The body of `open`.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    /// As the person typed it.
    pub login_name: String,
    /// The field `login-guard-proof`.
    pub proof: String,
    /// The value of `__Host-lg-device`.
    pub device_cookie: Option<String>,
    /// The connection; without the user agent.
    pub client: Client,
}

/// The body of `assess`.
#[derive(Clone, Debug, Serialize)]
pub struct Assess {
    /// Random, made anew for each log-in post that came; only our own retry repeats it.
    pub request_id: String,
    /// The stable identifier, or null when nobody has that name.
    pub account: Option<String>,
    /// As the person typed it.
    pub login_name: String,
    /// `right` or `wrong`.
    pub password: &'static str,
    /// The field `login-guard-proof`.
    pub proof: String,
    /// The value of `__Host-lg-device`.
    pub device_cookie: Option<String>,
    /// The connection.
    pub client: Client,
    /// What was checked here.
    pub amr: [&'static str; 1],
    /// The language for mails.
    pub locale: &'static str,
    /// Where confirmations go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Contacts>,
    /// The words that genuine mails carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anti_phishing_phrase: Option<String>,
}

/// Where an account's confirmations go.
#[derive(Clone, Debug, Serialize)]
pub struct Contacts {
    /// The mail address.
    pub mail: String,
}

/// The body of `redeem`.
#[derive(Clone, Debug, Serialize)]
pub struct Redeem {
    /// The field `login-guard-verdict`.
    pub verdict: String,
    /// The half-session's attempt.
    pub attempt: String,
    /// The half-session's account.
    pub account: String,
    /// `login`.
    pub purpose: &'static str,
    /// Null: a log-in is no action.
    pub action: Option<String>,
    /// The value of `__Host-lg-device`.
    pub device_cookie: Option<String>,
    /// The connection.
    pub client: Client,
}

/// The body of `compare`.
#[derive(Clone, Debug, Serialize)]
pub struct Compare {
    /// The session's account.
    pub account: String,
    /// The name that the session's log-in was made under.
    pub login_name: String,
    /// The field `login-guard-proof`, of purpose `session`.
    pub proof: String,
    /// The value of `__Host-lg-device`.
    pub device_cookie: Option<String>,
}

/// What the verifier answered to `compare`.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// What became of the device; for the page, as it came.
    Told(Value),
    /// The verifier would not compare.
    Refused(Refusal),
}

/// What the verifier answered to `assess` or `redeem`.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What follows from it.
    pub outcome: Outcome,
    /// Whole `Set-Cookie` strings, to be copied whatever the outcome.
    pub set_cookies: Vec<String>,
}

/// What follows from a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Make the session of this account now.
    Allow {
        /// The account that the verifier decided about.
        account: String,
        /// Whether the log-in rests on a confirmation that can be phished, such as a code by mail.
        probation: bool,
        /// Whether nothing of value may leave the account.
        value_frozen: bool,
    },
    /// Keep a half-session and hand this to the page.
    Challenge(Value),
    /// No session.
    Deny {
        /// What support can look up.
        reference: Option<String>,
    },
    /// The verifier would not decide on this request.
    Refused(Refusal),
}

/// A documented problem: its status and code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The stable code; empty when the answer carried none.
    pub code: String,
}

/// The verifier decided nothing: it was not reached, answered too late, failed, or refused this back end itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the verifier decided nothing")]
pub struct Unavailable;

/// The members of any answer that matter here.
#[derive(Debug, Default, Deserialize)]
struct Answer {
    verdict: Option<String>,
    account: Option<String>,
    probation: Option<bool>,
    value: Option<String>,
    code: Option<String>,
    reference: Option<String>,
    challenge: Option<Value>,
    #[serde(default)]
    set_cookies: Vec<String>,
}

impl Answer {
    /// Reads a decision. Only a 200 with the verdict `allow` and an account allows.
    fn decide(self, status: u16) -> Result<Decision, Unavailable> {
        let code = self.code.unwrap_or_default();
        let outcome = match (status, self.verdict.as_deref(), self.account, self.challenge) {
            (200, Some("allow"), Some(account), _) => {
                // an answer that does not say stands on the careful side
                let value_frozen = self.value.as_deref() != Some("open");
                Outcome::Allow { account, probation: self.probation.unwrap_or(true), value_frozen }
            }
            (401, _, _, Some(challenge)) if code == "confirmation-required" => Outcome::Challenge(challenge),
            (403, ..) if code == "login-refused" => Outcome::Deny { reference: self.reference },
            // these are about the browser's request; every other answer is about us or the verifier
            (400 | 403 | 404 | 409 | 410, ..) if is_about_the_browser(&code) => {
                Outcome::Refused(Refusal { status, code })
            }
            _ => return Err(Unavailable),
        };
        Ok(Decision { outcome, set_cookies: self.set_cookies })
    }
}

fn is_about_the_browser(code: &str) -> bool {
    !code.is_empty() && !code.starts_with("api-key") && code != "body-invalid"
}
