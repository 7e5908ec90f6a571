//! Comparing a device for its owner: what became of each component since enrolment. Spends the nonce, and changes nothing else
//! of the account.

use login_guard_protocol::Digest;
use login_guard_protocol::problem::ProblemCode;

use super::caller::Caller;
use super::judge::{Judged, Presented, enrolled_evidence, judge};
use super::messages::{CompareRequest, CompareResponse, ComparedComponent, ComparedDevice};
use super::population;
use super::probes::Probes;
use super::record::{AttemptRecord, StoredAttempt};
use super::reply::Reply;
use super::submission::{self, Submission};
use crate::clock::Timestamp;
use crate::matching::{self, Change, Kind, Listed, Outcome, Trace};
use crate::problem::Problem;
use crate::rules::{Copies, Head, Known, Recognised, Rows, SinceRestore};
use crate::seal::budget::budget_name;
use crate::seal::rows::{VerifiedDevice, verify};
use crate::services::Services;
use crate::store::models::Standing;
use crate::store::{self, AccountKey, Budget, Commit, CommitError, Refusal};

/// Comparisons of one account in an hour of the clock: a person looks a few times, while somebody who tunes another machine until
/// nothing shows as changed needs many.
const COMPARISONS: u32 = 10;
const HOUR_S: u64 = 3_600;

/// Compares a device with what was enrolled of it, for a back end that has a session of the account.
///
/// `request_digest` is over API key and raw body: the same bytes again get the stored reply. Whatever is not a device of the
/// account gets one and the same 404, and is counted like a comparison.
///
/// # Errors
/// As [`submission::check_session`]; [`ProblemCode::NonceSpent`] for another request with a spent nonce;
/// [`ProblemCode::ComparisonsExhausted`], with nothing spent; [`ProblemCode::StoreUnavailable`] and [`ProblemCode::Internal`].
pub async fn compare(
    services: &Services,
    caller: &Caller,
    request: CompareRequest,
    request_digest: Digest,
) -> Result<Reply, Problem> {
    let submission = submission::check_session(services, &caller.platform, &request.login_name, &request.proof)?;
    let key = AccountKey { platform: caller.platform.clone(), account: request.account };
    let account = verify(&services.keys, &key, services.store.account(&key).await?);
    let mut judged =
        judge(services, &key, &account, &submission, Presented::of(request.device_cookie.as_deref(), None));
    let reply = match known_device(&judged) {
        Some(device) => {
            // as a login does, but nothing is counted
            let seen = &mut judged.circumstances;
            population::weigh_in_proved(services, &key, device, &submission.evidence, seen).await?;
            Reply::comparison(&response(&key, device, &judged, &submission))?
        }
        None => Reply::device_unknown(),
    };
    let answer = spend(services, &key, &submission, reply, request_digest).await;
    log(&key, &judged, answer.as_ref().map_or_else(|problem| problem.code.status(), |reply| reply.status));
    answer
}

/// The device whose key signed and whose cookie came along, if nothing but the machine itself would be amiss at a login.
fn known_device<'a>(judged: &Judged<'a>) -> Option<&'a VerifiedDevice> {
    let seen = &judged.circumstances;
    // a device from before a restore may have been removed since
    let is_known = matches!(seen.device, Recognised::Device(Known { since_restore: SinceRestore::Seen, .. }));
    let is_single = seen.copies == Copies::None;
    let is_intact = seen.rows == Rows::Intact && seen.head == Head::Current;
    let is_driven = !matches!(seen.traces.automation, Trace::AsEnrolled | Trace::None);
    let is_whole = is_known && is_single && is_intact && seen.cookie_kept;
    judged.by_key.filter(|row| is_whole && !is_driven && !Probes::is_failed(row))
}

fn response(
    key: &AccountKey,
    device: &VerifiedDevice,
    judged: &Judged<'_>,
    submission: &Submission,
) -> CompareResponse {
    let listed = matching::list(&enrolled_evidence(device), &submission.evidence);
    CompareResponse {
        account: key.account.clone(),
        device: ComparedDevice {
            id: device.device,
            key: device.public_key.key_id(),
            probation: device.standing == Standing::Probation,
            enrolled_at: device.enrolled_at.to_string(),
        },
        same_machine: judged.circumstances.comparison.as_ref().is_some_and(|whole| !whole.differs_mostly()),
        components: listed.iter().map(tell).collect(),
    }
}

/// The words of docs/protocol.md for what matching found.
fn tell(listed: &Listed) -> ComparedComponent {
    ComparedComponent {
        component: listed.name,
        kind: match listed.kind {
            Kind::Component => "component",
            Kind::Fact | Kind::Version => "fact",
        },
        outcome: match listed.outcome {
            Outcome::Changed => "changed",
            Outcome::Expected => "expected",
            Outcome::Gained => "gained",
            Outcome::Lost => "lost",
            Outcome::Plausible => "plausible",
            Outcome::Same => "same",
            Outcome::Similar => "similar",
            Outcome::Unknown => "unknown",
        },
        change: match listed.change {
            Change::Expected => "expected",
            Change::Implausible => "implausible",
            Change::Plausible => "plausible",
        },
    }
}

/// Spends the nonce and charges the account's budget, and nothing else. A nonce spent before is looked at first, so that a retry
/// gets its reply however often the account was compared.
async fn spend(
    services: &Services,
    key: &AccountKey,
    submission: &Submission,
    reply: Reply,
    request_digest: Digest,
) -> Result<Reply, Problem> {
    let now = services.clock.now();
    let attempt = submission.nonce.attempt;
    let record = AttemptRecord {
        request: request_digest,
        reply: reply.clone(),
        challenge: None,
        handover: None,
        ceremony: None,
    };
    let stored = StoredAttempt { account: Some(key.account.clone()), attempt, revision: 0, record };
    let changes = vec![
        store::Change::SpendNonce(stored.to_row(services, &key.platform)?),
        store::Change::ChargeBudget(budget(services, key, now)),
    ];
    match services.store.commit(Commit { scope: key.clone().into(), changes }).await {
        Ok(()) => Ok(reply),
        Err(CommitError::Refused(Refusal::Spent)) => {
            StoredAttempt::repeat(services, &key.platform, attempt, request_digest).await
        }
        Err(CommitError::Refused(Refusal::Exhausted)) => {
            let wait = HOUR_S - now.as_seconds() % HOUR_S;
            Err(Problem::new(ProblemCode::ComparisonsExhausted).member("retry_after_s", wait))
        }
        Err(error) => Err(error.into()),
    }
}

fn budget(services: &Services, key: &AccountKey, now: Timestamp) -> Budget {
    let window = Timestamp::from_millis((now.as_seconds() - now.as_seconds() % HOUR_S) * 1000);
    Budget {
        name: budget_name(&services.keys, &[b"device-comparisons", key.account.as_str().as_bytes()]),
        window,
        limit: COMPARISONS,
        expires_at: window.plus_seconds(2 * HOUR_S),
    }
}

fn log(key: &AccountKey, judged: &Judged<'_>, status: u16) {
    tracing::info!(attempt.platform = %key.platform, attempt.status = status, "compared");
    if judged.circumstances.rows != Rows::Intact || judged.circumstances.head != Head::Current {
        tracing::warn!(
            alarm = "account-integrity",
            attempt.platform = %key.platform,
            "the rows of an account are not what was written"
        );
    }
}

#[cfg(test)]
mod tests;
