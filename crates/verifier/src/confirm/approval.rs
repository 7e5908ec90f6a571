//! Confirmation by the owner at a known device: this browser shows a code, the person types it there.
//!
//! A phisher whose own browser began the attempt gets his code typed by whoever believes him. Therefore the known device shows who
//! asks and from where, and what comes of it is probation (see `attempts::trust`).

use login_guard_protocol::challenge::approval::{ALPHABET, ApprovalCode, CHECK_STEP, REQUEST_STEP};
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{ApprovalId, AttemptId, VERSION, limits};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Occasion;
use super::step::{ConfirmedResponse, OpenStep, check_own_proof};
use crate::approvals::limits::Side;
use crate::approvals::record::{ApprovalRecord, Fate, State, StoredApproval};
use crate::attempts::Page;
use crate::attempts::asker::{Asker, Requested, shown_network};
use crate::attempts::offers::{Method, Offer};
use crate::attempts::record::{ChallengeRecord, ConfirmedBy};
use crate::attempts::trust::Trust;
use crate::clock::Timestamp;
use crate::entropy::{make_below, make_bytes};
use crate::problem::{Problem, Stop};
use crate::seal::approvals::approval_code_mac;
use crate::seal::rows::verify;
use crate::services::Services;
use crate::store::{AccountKey, CommitError, Refusal};

/// How often a step is tried again when another request was first.
const ROUNDS: u32 = 8;

/// `POST …/confirmations/approval/request` and `POST …/confirmations/approval/check`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRequest {
    /// Protocol version.
    pub v: u32,
    /// By the key of the login proof; null for a browser without one.
    pub proof: Option<String>,
}

/// The 200 of a request.
#[derive(Clone, Serialize)]
pub struct RequestedResponse {
    /// Protocol version.
    pub v: u32,
    /// To be shown here and typed there: `XXXX-XXXX`.
    pub code: String,
    /// Seconds in which it can be answered.
    pub expires_in_s: u64,
}

impl std::fmt::Debug for RequestedResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestedResponse(…)")
    }
}

/// Offered where the account has a device, other than the one that is challenged, whose word counts.
///
/// # Errors
/// None.
pub fn offer(occasion: &Occasion<'_>) -> Result<Option<Offer>, Problem> {
    let now = occasion.services.clock.now();
    let others = occasion.account.devices.iter().filter(|row| Some(row.device) != occasion.device);
    let can_answer = others.map(|row| Trust::of(row)).any(|trust| trust.may_approve(now));
    Ok(can_answer.then(|| Offer::new(Method::Approval, [])))
}

/// Asks for approval. An open request of the same attempt gives way to this one.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::MethodUnavailable`], [`ProblemCode::ProofRefused`],
/// [`ProblemCode::ApprovalsExhausted`].
pub async fn request(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: StepRequest,
) -> Result<RequestedResponse, Problem> {
    for _ in 0..ROUNDS {
        let mut step = OpenStep::read(services, page, attempt, request.v).await?;
        let key = step.key.clone();
        let stored = StoredApproval::read_all(services, &key).await?;
        let challenge = step.challenge()?;
        challenge.check_offers(Method::Approval)?;
        check_own_proof(page, challenge, request.proof.as_deref(), (REQUEST_STEP, b""))?;
        let network = challenge.network.clone();
        let side = Side { key: &key, device: challenge.device, network: &network };
        let own = find(&stored, challenge);
        side.check(services, &stored, own)?;
        let lane = side.lane(services);
        let before = stored.iter().find(|other| other.lane == lane);
        let code = make_code(services)?;
        let approval = ApprovalId::from_bytes(make_bytes(services.entropy.as_ref())?);
        let now = services.clock.now();
        let record = ApprovalRecord {
            approval,
            attempt,
            known: side.device.is_some(),
            request: describe(challenge, approval, now),
            code_mac: approval_code_mac(&services.keys, &key, approval, &code),
            network: challenge.asker.network,
            asked_at: now.as_millis(),
            epoch: services.epoch,
            tries: 0,
            state: State::Open,
            refused_at: kept(before.map(|before| before.record.refusals(now))),
            lightly_refused_at: kept(before.map(|before| before.record.light_refusals(now))),
        };
        challenge.asker.requested = Some(Requested { approval, lane });
        let next = StoredApproval { lane, revision: before.map_or(0, |before| before.revision), record };
        let mut changes = side.charge(services);
        changes.push(next.put(services, &key)?);
        match step.commit(services, changes).await {
            Ok(()) => {
                tracing::info!(attempt.platform = %key.platform, attempt.known = side.device.is_some(), "approval asked for");
                let code = code.to_shown();
                return Ok(RequestedResponse { v: VERSION, code, expires_in_s: limits::APPROVAL_LIFE_S });
            }
            Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
            Err(Stop::Commit(CommitError::Refused(Refusal::Exhausted))) => return Err(side.spent(services)),
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// Fetches the answer.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::MethodUnavailable`], [`ProblemCode::ProofRefused`];
/// [`ProblemCode::ApprovalPending`], [`ProblemCode::ApprovalRefused`], [`ProblemCode::ApprovalExpired`].
pub async fn check(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: StepRequest,
) -> Result<ConfirmedResponse, Problem> {
    for _ in 0..ROUNDS {
        let mut step = OpenStep::read(services, page, attempt, request.v).await?;
        let key = step.key.clone();
        let challenge = step.challenge()?;
        challenge.check_offers(Method::Approval)?;
        check_own_proof(page, challenge, request.proof.as_deref(), (CHECK_STEP, b""))?;
        let stored = StoredApproval::read_all(services, &key).await?;
        let mut own = find(&stored, challenge).cloned().ok_or(ProblemCode::ApprovalExpired)?;
        let (device, lifts) = match own.record.fate(services) {
            Fate::Approved { device, lifts } => (device, lifts),
            Fate::Ended => return Err(ProblemCode::ApprovalExpired.into()),
            Fate::Open => return Err(ProblemCode::ApprovalPending.into()),
            Fate::Refused => return Err(ProblemCode::ApprovalRefused.into()),
        };
        // a device that has lost its standing since then has lost its word
        let account = verify(&services.keys, &key, services.store.account(&key).await?);
        let approver = account.devices.iter().find(|row| row.device == device).map(|row| Trust::of(row));
        let now = services.clock.now();
        let approver = approver.filter(|trust| trust.may_approve(now)).ok_or(ProblemCode::ApprovalRefused)?;
        let lifts = lifts && approver.may_vouch(now);
        own.record.state = State::Collected;
        let changes = vec![own.put(services, &key)?];
        match step.confirm(services, ConfirmedBy::Approval { device, lifts }, changes).await {
            Ok(confirmed) => return Ok(confirmed),
            Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// The request that the attempt made, if it is still its lane's.
pub fn find<'a>(stored: &'a [StoredApproval], challenge: &ChallengeRecord) -> Option<&'a StoredApproval> {
    let requested = challenge.asker.requested?;
    stored.iter().find(|other| other.record.approval == requested.approval)
}

/// Reads where the request of an attempt stands; none once it is over, or where there is none.
///
/// # Errors
/// As [`OpenStep::read`].
pub async fn watch(services: &Services, page: &Page, attempt: AttemptId) -> Result<Option<Fate>, Problem> {
    let mut step = OpenStep::read(services, page, attempt, VERSION).await?;
    let key: AccountKey = step.key.clone();
    let challenge = step.challenge()?;
    challenge.check_offers(Method::Approval)?;
    let stored = StoredApproval::read_all(services, &key).await?;
    Ok(find(&stored, challenge).map(|own| own.record.fate(services)))
}

/// The refusals that a lane's next request goes on with.
fn kept(refusals: Option<impl Iterator<Item = Timestamp>>) -> Vec<u64> {
    refusals.into_iter().flatten().map(Timestamp::as_millis).collect()
}

/// Everything that the owner is shown, and signs.
fn describe(challenge: &ChallengeRecord, approval: ApprovalId, now: Timestamp) -> String {
    let Asker { address, browser, .. } = &challenge.asker;
    json!({
        "approval": approval, "purpose": "login", "browser": browser, "address": address, "network": shown_network(*address),
        "place": null, "asked_at": now.to_string(), "expires_at": now.plus_seconds(limits::APPROVAL_LIFE_S).to_string(),
        "reference": challenge.reference,
    })
    .to_string()
}

fn make_code(services: &Services) -> Result<ApprovalCode, Problem> {
    let bound = u32::try_from(ALPHABET.len()).map_err(|_| ProblemCode::Internal)?;
    let mut code = String::with_capacity(limits::APPROVAL_CODE_CHARACTERS);
    for _ in 0..limits::APPROVAL_CODE_CHARACTERS {
        let at = usize::try_from(make_below(services.entropy.as_ref(), bound)?).map_err(|_| ProblemCode::Internal)?;
        code.push(char::from(*ALPHABET.get(at).ok_or(ProblemCode::Internal)?));
    }
    ApprovalCode::parse(&code).map_err(|_| ProblemCode::Internal.into())
}
