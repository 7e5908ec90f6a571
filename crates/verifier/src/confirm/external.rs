//! Confirmation by a factor of the exchange's own: nobody moves secrets here to adopt us, and nobody is asked twice.
//!
//! What was checked before the log-in comes with `assess` as `amr`; what is checked afterwards is reported by the back end, under
//! an API key of its own scope. Either is kept with the challenge, and the page that holds the device key fetches its token
//! for it. Only what the configuration lists confirms anything.

use login_guard_protocol::challenge::external::CHECK_STEP;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AccountId, AttemptId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::offers::Occasion;
use super::step::{ConfirmedResponse, OpenStep, check_own_proof};
use crate::attempts::offers::{Method, Offer};
use crate::attempts::record::{ChallengeRecord, ConfirmedBy, Progress, StoredAttempt};
use crate::attempts::{Caller, Page};
use crate::problem::{Problem, Stop};
use crate::seal::budget::budget_name;
use crate::services::Services;
use crate::store::{AccountKey, Budget, Change, Commit, CommitError, Refusal};

/// How often a step is tried again when another request of the same attempt was first.
const ROUNDS: u32 = 8;
/// Reports for one account in an hour of the clock: a person confirms a device now and then, a stolen key many.
const REPORTS_PER_HOUR: u32 = 10;
const HOUR_S: u64 = 3_600;

/// A factor of the exchange's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalMethod {
    /// Its `amr` value (RFC 8176), such as `otp` or `hwk`.
    pub amr: String,
    /// Whether it withstands phishing: then a device that it confirmed is trusted.
    pub phishing_resistant: bool,
}

/// A factor of the exchange's own that was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Its `amr` value.
    pub amr: String,
    /// Whether it withstands phishing.
    pub phishing_resistant: bool,
}

/// `POST /v1/attempts/{attempt}/confirmations/external`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRequest {
    /// From the half-session.
    pub account: AccountId,
    /// What was passed (RFC 8176).
    pub amr: String,
    /// Whether it withstood phishing this time; the configuration decides whether it can.
    pub phishing_resistant: bool,
    /// Which credential it was, for the audit.
    #[serde(default)]
    pub credential: Option<String>,
}

/// Its answer: the page fetches the token.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ReportResponse {}

/// `POST …/confirmations/external/check`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// Protocol version.
    pub v: u32,
    /// By the key of the login proof; null for a browser without one.
    pub proof: Option<String>,
}

/// Offered where the configuration lists a factor. `done` when one was passed before the log-in: the page fetches its token unseen.
///
/// # Errors
/// None.
pub fn offer(occasion: &Occasion<'_>) -> Result<Option<Offer>, Problem> {
    let methods = methods(occasion.services, occasion.key);
    let names: Vec<&str> = methods.iter().map(|method| method.amr.as_str()).collect();
    let done = passed(methods, &occasion.request.amr).is_some();
    Ok((!names.is_empty()).then(|| Offer::new(Method::External, [("amr", json!(names)), ("done", json!(done))])))
}

/// A listed factor among what was checked before the log-in. It spares the person a second question and gives no trust: that takes a
/// report, under a key that logs nobody in.
pub fn passed(methods: &[ExternalMethod], amr: &[String]) -> Option<Passed> {
    let listed = methods.iter().filter(|method| amr.contains(&method.amr));
    let strongest = listed.max_by_key(|method| method.phishing_resistant)?;
    Some(Passed { amr: strongest.amr.clone(), phishing_resistant: false })
}

/// What the configuration lists for an account's platform.
pub fn methods<'a>(services: &'a Services, key: &AccountKey) -> &'a [ExternalMethod] {
    services.platforms.get(&key.platform).map_or(&[], |settings| &settings.external)
}

/// Keeps with a challenge what the exchange has checked for it meanwhile.
///
/// # Errors
/// [`ProblemCode::AttemptUnknown`], [`ProblemCode::AttemptExpired`], [`ProblemCode::AttemptEnded`];
/// [`ProblemCode::MethodUnavailable`] for a factor that is not listed; [`ProblemCode::AnswersExhausted`] when the account had enough of
/// them this hour, which is alarmed.
pub async fn report(
    services: &Services,
    caller: &Caller,
    attempt: AttemptId,
    request: ReportRequest,
) -> Result<ReportResponse, Problem> {
    let key = AccountKey { platform: caller.platform.clone(), account: request.account };
    let listed = methods(services, &key).iter().find(|method| method.amr == request.amr);
    let listed = listed.ok_or(ProblemCode::MethodUnavailable)?;
    let resistant = listed.phishing_resistant && request.phishing_resistant;
    for _ in 0..ROUNDS {
        let unknown = || Problem::new(ProblemCode::AttemptUnknown);
        let mut stored = StoredAttempt::read(services, &key.platform, attempt).await?.ok_or_else(unknown)?;
        let is_its_own = stored.account.as_ref() == Some(&key.account);
        let challenge = stored.record.challenge.as_mut().filter(|_| is_its_own).ok_or_else(unknown)?;
        let now = services.clock.now();
        if challenge.is_expired(now) || challenge.epoch != services.epoch {
            return Err(ProblemCode::AttemptExpired.into());
        }
        if challenge.progress != Progress::Open {
            return Err(ProblemCode::AttemptEnded.into());
        }
        challenge.check_offers(Method::External)?;
        challenge.external = Some(Passed { amr: request.amr.clone(), phishing_resistant: resistant });
        let reference = challenge.reference.clone();
        let window = crate::clock::Timestamp::from_millis((now.as_seconds() - now.as_seconds() % HOUR_S) * 1000);
        let budget = Budget {
            name: budget_name(&services.keys, &[b"external-reports", key.account.as_str().as_bytes()]),
            window,
            limit: REPORTS_PER_HOUR,
            expires_at: window.plus_seconds(2 * HOUR_S),
        };
        let changes =
            vec![Change::UpdateAttempt(stored.to_row(services, &key.platform)?), Change::ChargeBudget(budget)];
        match services.store.commit(Commit { scope: key.clone().into(), changes }).await {
            Ok(()) => {
                tracing::info!(
                    attempt.platform = %key.platform,
                    attempt.reference = %reference,
                    caller.key = %caller.api_key,
                    external.amr = request.amr,
                    external.phishing_resistant = resistant,
                    external.credential = request.credential.as_deref().map(audit_tag),
                    "a factor of the exchange was reported"
                );
                return Ok(ReportResponse {});
            }
            Err(CommitError::Refused(Refusal::Stale)) => {}
            Err(CommitError::Refused(Refusal::Exhausted)) => {
                tracing::warn!(
                    alarm = "external-confirmations",
                    attempt.platform = %key.platform,
                    attempt.reference = %reference,
                    caller.key = %caller.api_key,
                    "an account was confirmed by the exchange's factors too often"
                );
                let wait = HOUR_S - now.as_seconds() % HOUR_S;
                return Err(Problem::new(ProblemCode::AnswersExhausted).member("retry_after_s", wait));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// Confirms the device whose page asks, once a factor was reported.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::MethodUnavailable`], [`ProblemCode::ProofRefused`]; [`ProblemCode::ConfirmationPending`] while
/// nothing was reported.
pub async fn check(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: CheckRequest,
) -> Result<ConfirmedResponse, Problem> {
    for _ in 0..ROUNDS {
        let mut step = OpenStep::read(services, page, attempt, request.v).await?;
        let challenge: &mut ChallengeRecord = step.challenge()?;
        challenge.check_offers(Method::External)?;
        check_own_proof(page, challenge, request.proof.as_deref(), (CHECK_STEP, b""))?;
        let Passed { amr, phishing_resistant } = challenge.external.clone().ok_or(ProblemCode::ConfirmationPending)?;
        match step.confirm(services, ConfirmedBy::External { amr, phishing_resistant }, Vec::new()).await {
            Ok(confirmed) => return Ok(confirmed),
            Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// A credential's name for the log: enough to compare two lines, not the name.
fn audit_tag(credential: &str) -> String {
    login_guard_protocol::Digest::of(credential.as_bytes()).to_base64url().chars().take(12).collect()
}

#[cfg(test)]
mod tests;
