//! Confirmation by a mailed code: eight digits, five minutes, five tries, sent only when asked for and worked for.

use login_guard_protocol::challenge::mail_code::{CHECK_STEP, MailCode, SEND_STEP};
use login_guard_protocol::challenge::work::Answer;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AttemptId, VERSION, limits};
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::budgets::Lane;
use super::offers::Occasion;
use super::step::{ConfirmedResponse, OpenStep, check_own_proof};
use super::{letter, mask_mail};
use crate::attempts::Page;
use crate::attempts::offers::{Method, Offer};
use crate::attempts::record::{CodeRecord, ConfirmedBy, MailRecord, Progress};
use crate::clock::Timestamp;
use crate::delivery::DeliveryError;
use crate::entropy::make_below;
use crate::problem::{Problem, Stop};
use crate::seal::code::code_mac;
use crate::services::Services;
use crate::store::{Change, CommitError, Refusal};
use crate::work::Submitted;

/// Seconds before another code may be asked for: most mails arrive sooner.
const RESEND_AFTER_S: u64 = 30;
/// How often a step is tried again when another request of the same attempt was first.
const ROUNDS: u32 = 8;

/// `POST …/confirmations/mail-code/send`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendRequest {
    /// Protocol version.
    pub v: u32,
    /// By the key of the login proof; null for a browser without one.
    pub proof: Option<String>,
    /// The work's answer.
    pub work: WorkAnswer,
}

/// The answer to a piece of work.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkAnswer {
    /// As in the fourth part of the field `login-guard-proof`.
    pub answer: String,
}

/// Its answer.
#[derive(Clone, Debug, Serialize)]
pub struct SendResponse {
    /// Protocol version.
    pub v: u32,
    /// Where it went, masked.
    pub destination: String,
    /// When, RFC 3339.
    pub sent_at: String,
    /// Seconds that the code lives.
    pub expires_in_s: u64,
    /// Seconds before another may be asked for.
    pub resend_after_s: u64,
    /// Wrong answers that the attempt may still give.
    pub tries_left: u32,
}

/// `POST …/confirmations/mail-code/check`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// Protocol version.
    pub v: u32,
    /// By the key of the login proof; null for a browser without one.
    pub proof: Option<String>,
    /// As typed.
    pub code: String,
}

impl std::fmt::Debug for CheckRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CheckRequest(…)")
    }
}

/// Offered where the back end said an address.
///
/// # Errors
/// None.
pub fn offer(occasion: &Occasion<'_>) -> Result<Option<Offer>, Problem> {
    let destination = |mail: &MailRecord| [("destination", json!(mask_mail(&mail.to)))];
    Ok(occasion.mail.map(|mail| Offer::new(Method::MailCode, destination(mail))))
}

/// Sends a new code; older ones of the attempt are replaced.
///
/// The send is charged before it is made, so that requests in parallel never exceed the budget.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::MethodUnavailable`], [`ProblemCode::ProofRefused`], [`ProblemCode::WorkRefused`],
/// [`ProblemCode::SendsExhausted`], [`ProblemCode::DeliveryUnavailable`].
pub async fn send(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: SendRequest,
) -> Result<SendResponse, Problem> {
    let mut step = OpenStep::read(services, page, attempt, request.v).await?;
    let now = services.clock.now();
    let key = step.key.clone();
    let challenge = step.challenge()?;
    let claimed = &request.work.answer;
    challenge.check_offers(Method::MailCode)?;
    check_own_proof(page, challenge, request.proof.as_deref(), (SEND_STEP, claimed.as_bytes()))?;
    let answer = Answer::parse(claimed).map_err(|_| ProblemCode::WorkRefused)?;
    let submitted = Submitted { platform: &page.platform, attempt, work: &challenge.work, answer: Some(&answer) };
    let network = challenge.network.clone();
    if let Err(problem) = services.brake.check(&services.keys, submitted, &network, now).await {
        if problem.code == ProblemCode::WorkRefused {
            // an honest browser is never wrong, and whoever guesses gets one guess
            challenge.progress = Progress::Exhausted;
            match step.commit(services, Vec::new()).await {
                Ok(()) | Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
                Err(error) => return Err(error.into()),
            }
        }
        return Err(problem);
    }
    let (known, reference, tries_left) = (challenge.cookie_known, challenge.reference.clone(), challenge.tries_left());
    let mail = challenge.mail.as_mut().ok_or(ProblemCode::MethodUnavailable)?;
    if let Some(last) = mail.codes.last() {
        let wait_ms = (RESEND_AFTER_S * 1000).saturating_sub(now.millis_since(Timestamp::from_millis(last.sent_at)));
        if wait_ms > 0 {
            return Err(sends_exhausted(wait_ms.div_ceil(1000)));
        }
    }
    let code = MailCode::from_number(make_below(services.entropy.as_ref(), 100_000_000)?)
        .map_err(|_| ProblemCode::Internal)?;
    let ordinal = ordinal(mail.codes.len());
    let mac = code_mac(&services.keys, &page.platform, attempt, ordinal, &code);
    mail.codes.push(CodeRecord { mac, sent_at: now.as_millis() });
    let settings = services.platforms.get(&page.platform).ok_or(ProblemCode::Internal)?;
    let letter = letter::compose(&letter::Letter {
        platform: &settings.display_name,
        mail,
        code: &code,
        sent_at: now,
        reference: &reference,
    });
    let destination = mask_mail(&mail.to);
    let charges = Lane { account: &key, known, network: &network }.send(services, settings, now);
    match step.commit(services, charges.charge()).await {
        Ok(()) => {}
        Err(Stop::Commit(CommitError::Refused(Refusal::Exhausted))) => {
            return Err(charges.exhausted(ProblemCode::SendsExhausted));
        }
        // another request of this attempt sent a code a moment ago
        Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => return Err(sends_exhausted(RESEND_AFTER_S)),
        Err(error) => return Err(error.into()),
    }
    match services.mail.deliver(&letter).await {
        Ok(_) => {}
        Err(error @ (DeliveryError::Rejected | DeliveryError::Unavailable)) => {
            tracing::warn!(attempt.reference = %reference, delivery.outcome = %error, "a code was not handed over");
            // a refused address stays charged: only a channel that is down costs the person nothing
            let refund = if error == DeliveryError::Unavailable { charges.refund() } else { Vec::new() };
            withdraw(services, step, refund).await?;
            return Err(ProblemCode::DeliveryUnavailable.into());
        }
    }
    Ok(SendResponse {
        v: VERSION,
        destination,
        sent_at: now.to_string(),
        expires_in_s: limits::MAIL_CODE_LIFE_S,
        resend_after_s: RESEND_AFTER_S,
        tries_left,
    })
}

/// Takes back a code that never left, so that the person may ask again at once.
async fn withdraw(services: &Services, mut step: OpenStep, refund: Vec<Change>) -> Result<(), Problem> {
    step.stored.revision += 1;
    if let Some(mail) = step.challenge()?.mail.as_mut() {
        mail.codes.pop();
    }
    match step.commit(services, refund).await {
        // another request of this attempt was first: what it wrote stands
        Ok(()) | Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Checks a code.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::CodeUnsent`], [`ProblemCode::CodeExpired`], [`ProblemCode::CodeReplaced`] (no
/// try counted), [`ProblemCode::CodeWrong`] with `tries_left`, [`ProblemCode::TriesExhausted`],
/// [`ProblemCode::AnswersExhausted`].
pub async fn check(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: CheckRequest,
) -> Result<ConfirmedResponse, Problem> {
    let code = MailCode::parse(&request.code)
        .map_err(|error| Problem::new(ProblemCode::BodyInvalid).detail(format!("code: {error}")))?;
    let settings = services.platforms.get(&page.platform).ok_or(ProblemCode::Internal)?;
    for _ in 0..ROUNDS {
        let mut step = OpenStep::read(services, page, attempt, request.v).await?;
        let key = step.key.clone();
        let challenge = step.challenge()?;
        challenge.check_offers(Method::MailCode)?;
        check_own_proof(page, challenge, request.proof.as_deref(), (CHECK_STEP, code.as_bytes()))?;
        let mail = challenge.mail.as_ref().ok_or(ProblemCode::MethodUnavailable)?;
        let now = services.clock.now();
        let lane = Lane { account: &key, known: challenge.cookie_known, network: &challenge.network };
        let charges = lane.answer(services, settings, now);
        let outcome = match compare(services, page, attempt, mail, &code, now) {
            Compared::Right => step.confirm(services, ConfirmedBy::MailCode, charges.charge()).await,
            Compared::Unsent => return Err(ProblemCode::CodeUnsent.into()),
            Compared::Expired => return Err(ProblemCode::CodeExpired.into()),
            Compared::Replaced => return Err(ProblemCode::CodeReplaced.into()),
            Compared::Wrong => {
                let problem = challenge.count_wrong();
                step.commit(services, charges.charge()).await.and(Err(problem.into()))
            }
        };
        match outcome {
            Ok(confirmed) => return Ok(confirmed),
            Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
            Err(Stop::Commit(CommitError::Refused(Refusal::Exhausted))) => {
                return Err(charges.exhausted(ProblemCode::AnswersExhausted));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

enum Compared {
    Expired,
    Replaced,
    Right,
    Unsent,
    Wrong,
}

/// Compares a code with all that were sent, each in constant time.
fn compare(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    mail: &MailRecord,
    code: &MailCode,
    now: Timestamp,
) -> Compared {
    let Some(last) = mail.codes.last() else { return Compared::Unsent };
    let matches = |at: usize, record: &CodeRecord| -> bool {
        code_mac(&services.keys, &page.platform, attempt, ordinal(at), code).ct_eq(&record.mac).into()
    };
    // every code is compared, so that time tells nothing of which one it was
    let hits: Vec<bool> = mail.codes.iter().enumerate().map(|(at, record)| matches(at, record)).collect();
    let hit = hits.iter().rposition(|hit| *hit);
    let expired = Timestamp::from_millis(last.sent_at).plus_seconds(limits::MAIL_CODE_LIFE_S) <= now;
    match hit {
        Some(at) if at + 1 == mail.codes.len() && expired => Compared::Expired,
        Some(at) if at + 1 == mail.codes.len() => Compared::Right,
        Some(_) => Compared::Replaced,
        None => Compared::Wrong,
    }
}

fn ordinal(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn sends_exhausted(retry_after_s: u64) -> Problem {
    Problem::new(ProblemCode::SendsExhausted).member("retry_after_s", retry_after_s)
}
