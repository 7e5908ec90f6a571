//! Replies: what a back end is told, and what its page is handed on.

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::verdict::Verdict;
use login_guard_protocol::{AccountId, AttemptId, Platform, ReferenceCode, VERSION, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::messages::{AllowResponse, CompareResponse, DeviceSummary, ValueState};
use super::record::ChallengeRecord;
use crate::factors::contacts::Pending;
use crate::problem::Problem;
use crate::rules::Finding;
use crate::store::DeviceRow;
use crate::store::models::Standing;

/// A reply as it is stored, so that the same bytes asked again get the same bytes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// 200, 401, 403 or 404.
    pub status: u16,
    /// JSON.
    pub body: String,
}

impl Reply {
    /// The 200 of an allow.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] when it cannot be written, which nothing known causes.
    pub fn allow(response: &AllowResponse) -> Result<Self, ProblemCode> {
        let body = serde_json::to_string(response).map_err(|_| ProblemCode::Internal)?;
        Ok(Self { status: 200, body })
    }

    /// The 200 of a comparison.
    ///
    /// # Errors
    /// As [`Self::allow`].
    pub fn comparison(response: &CompareResponse) -> Result<Self, ProblemCode> {
        let body = serde_json::to_string(response).map_err(|_| ProblemCode::Internal)?;
        Ok(Self { status: 200, body })
    }

    /// The 404 for whatever is not a device of the account. Says nothing of what was not.
    pub fn device_unknown() -> Self {
        let problem = Problem::new(ProblemCode::DeviceUnknown);
        Self { status: problem.code.status(), body: problem.to_json().to_string() }
    }

    /// The 403 of a deny. Says nothing that differs between an unknown account and a wrong password.
    pub fn deny(attempt: AttemptId, reference: &ReferenceCode, findings: &[Finding]) -> Self {
        Self::problem(ProblemCode::LoginRefused, attempt, Verdict::Deny, reference, findings, &[])
    }

    /// The 401 of a challenge, with what the page is handed on.
    pub fn challenge(
        attempt: AttemptId,
        platform: &Platform,
        findings: &[Finding],
        record: &ChallengeRecord,
        (set_cookies, pending): (&[String], Option<Pending>),
    ) -> Self {
        let challenge = json!({
            "v": VERSION, "attempt": attempt, "platform": platform, "purpose": "login", "nonce": record.nonce,
            "name": record.name, "key": record.key, "methods": record.offers, "work": record.work, "probe": record.undrawn(),
            "expires_in_s": limits::CHALLENGE_LIFE_S, "reference": record.reference,
        });
        let mut further = vec![("challenge", challenge), ("set_cookies", json!(set_cookies))];
        further.extend(pending.map(|pending| ("contact_pending", json!(pending))));
        Self::problem(
            ProblemCode::ConfirmationRequired,
            attempt,
            Verdict::Challenge,
            &record.reference,
            findings,
            &further,
        )
    }

    fn problem(
        code: ProblemCode,
        attempt: AttemptId,
        verdict: Verdict,
        reference: &ReferenceCode,
        findings: &[Finding],
        further: &[(&str, Value)],
    ) -> Self {
        let mut problem = Problem::new(code)
            .member("verdict", json!(verdict))
            .member("attempt", json!(attempt))
            .member("reference", json!(reference))
            .member("findings", json!(findings));
        for (name, value) in further {
            problem = problem.member(name, value.clone());
        }
        Self { status: code.status(), body: problem.to_json().to_string() }
    }
}

/// What the 200s of `assess` and `redeem` are made of.
#[derive(Debug)]
pub struct Allowed<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// The attempt.
    pub attempt: AttemptId,
    /// For support.
    pub reference: &'a ReferenceCode,
    /// Why.
    pub findings: Vec<Finding>,
    /// What was checked.
    pub amr: Vec<String>,
    /// The device, if the browser can keep a key.
    pub device: Option<&'a DeviceRow>,
    /// What the session rests on: the device's standing, or what was confirmed a moment ago.
    pub standing: Standing,
    /// Whether value may move.
    pub value: ValueState,
    /// To be copied into `Set-Cookie` headers.
    pub set_cookies: Vec<String>,
}

impl From<Allowed<'_>> for AllowResponse {
    fn from(allowed: Allowed<'_>) -> Self {
        let device = allowed.device.map(|row| DeviceSummary {
            id: row.device,
            key: row.public_key.key_id(),
            probation: row.standing != Standing::Trusted,
        });
        Self {
            verdict: Verdict::Allow,
            probation: allowed.standing != Standing::Trusted,
            account: allowed.account.clone(),
            attempt: allowed.attempt,
            reference: allowed.reference.clone(),
            findings: allowed.findings,
            amr: allowed.amr,
            device,
            value: allowed.value,
            contact_pending: None,
            set_cookies: allowed.set_cookies,
        }
    }
}
