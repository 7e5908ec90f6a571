//! What the owner answers, at a device that is known. The proof covers everything that was shown, the answer and the typed code.

use login_guard_protocol::challenge::approval::{ApprovalCode, answer_digest};
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{ApprovalId, Digest, Purpose};
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::notice::{self, Told};
use super::record::{Fate, State, StoredApproval};
use crate::attempts::enrol::Edit;
use crate::attempts::messages::ValueState;
use crate::attempts::trust::Trust;
use crate::attempts::{Caller, Reply};
use crate::clock::Timestamp;
use crate::factors::allowance::Allowance;
use crate::factors::guard::Action;
use crate::factors::owner::{self, Act, Asked, Owner, OwnerPost, Refused};
use crate::factors::step_up::{self, StepUp, StepUpPost};
use crate::problem::Problem;
use crate::seal::approvals::approval_code_mac;
use crate::seal::network::network_digest;
use crate::services::Services;
use crate::store::{AccountKey, Change};

/// The kind of act, as the log has it.
const ANSWER: &str = "approvals-answer";
/// Refusals within a day that freeze the account's value by themselves.
const REFUSALS_FREEZE: usize = 2;

/// `POST /v1/approvals/answer`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// Who answers; its proof is of purpose `approval`.
    pub owner: OwnerPost,
    /// Which request.
    pub approval: ApprovalId,
    /// What the owner decided.
    pub answer: Answer,
    /// The code as typed; left out with a refusal.
    #[serde(default)]
    pub code: Option<String>,
    /// A passkey's word for this very answer.
    #[serde(default)]
    pub step_up: Option<StepUpPost>,
}

impl std::fmt::Debug for AnswerRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnswerRequest(…)")
    }
}

/// What the owner decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It is me.
    Approve,
    /// It is not.
    Refuse,
    /// It is not, and nothing of value shall leave the account.
    RefuseAndFreeze,
}

impl Answer {
    /// The word on the wire, which is signed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::RefuseAndFreeze => "refuse-and-freeze",
        }
    }
}

/// Takes an answer.
///
/// # Errors
/// [`ProblemCode::ApprovalExpired`] for a request that is not there; [`ProblemCode::BodyInvalid`] for an approval without a
/// code of the documented form; [`ProblemCode::DeviceUnfit`] for an approval by a device whose word does not count; otherwise as
/// [`owner::act`] and [`step_up::read`].
pub async fn answer(
    services: &Services,
    caller: &Caller,
    request: &AnswerRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    let key = AccountKey { platform: caller.platform.clone(), account: request.owner.account.clone() };
    let code = read_code(request)?;
    let stored = StoredApproval::read_all(services, &key).await?;
    let asked = stored.into_iter().find(|stored| stored.record.approval == request.approval);
    // the text is the request's for its whole life, whatever else becomes of it
    let text = asked.ok_or(ProblemCode::ApprovalExpired)?.record.request;
    let typed = code.as_ref().map_or("", ApprovalCode::as_str);
    let act = answer_digest(&text, request.answer.as_str(), typed);
    let step_up = step_up::read(services, caller, &request.owner.account, request.step_up.as_ref()).await?;
    let answering = Answering { services, request, code, act, step_up };
    // nobody runs out of refusals by looking
    let allowance = match request.answer {
        Answer::Approve => Allowance::Approvals,
        Answer::Refuse | Answer::RefuseAndFreeze => Allowance::WaysOut,
    };
    let signed = Asked { kind: ANSWER, request: digest, purpose: Purpose::Approval, act: Some(act), allowance };
    owner::act_for(services, caller, &request.owner, signed, |owner: &Owner<'_>| {
        let (mut act, told) = answering.decide(owner)?;
        if let Some(told) = told {
            act.changes.extend(notice::of_answer(owner, &request.owner, told, &text)?);
        }
        Ok(act)
    })
    .await
}

fn read_code(request: &AnswerRequest) -> Result<Option<ApprovalCode>, Problem> {
    let invalid = |detail: &str| Problem::new(ProblemCode::BodyInvalid).detail(detail);
    match (request.answer, request.code.as_deref()) {
        (Answer::Approve, Some(code)) => {
            ApprovalCode::parse(code).map(Some).map_err(|error| invalid(&format!("code: {error}")))
        }
        (Answer::Approve, None) => Err(invalid("code: missing")),
        (Answer::Refuse | Answer::RefuseAndFreeze, None) => Ok(None),
        (Answer::Refuse | Answer::RefuseAndFreeze, Some(_)) => Err(invalid("code: not with a refusal")),
    }
}

/// An answer under way.
struct Answering<'a> {
    services: &'a Services,
    request: &'a AnswerRequest,
    code: Option<ApprovalCode>,
    act: Digest,
    step_up: Option<StepUp>,
}

impl Answering<'_> {
    /// What the answer leads to, and what the owner is told of it by mail.
    fn decide(&self, owner: &Owner<'_>) -> Result<(Act, Option<Told>), Refused> {
        let mut all = StoredApproval::open_all(self.services, owner.key, owner.approvals);
        let at = all.iter().position(|stored| stored.record.approval == self.request.approval);
        let at = at.filter(|at| all.get(*at).is_some_and(|stored| stored.record.fate(self.services) == Fate::Open));
        let (others, stored) = match at {
            Some(at) => (all.clone(), all.swap_remove(at)),
            None => return Ok((said("ended", 0, owner, Vec::new(), false), None)),
        };
        match self.request.answer {
            Answer::Approve => self.approve(owner, stored),
            Answer::Refuse | Answer::RefuseAndFreeze => Ok(self.refuse(owner, stored, &others)?),
        }
    }

    fn approve(&self, owner: &Owner<'_>, mut stored: StoredApproval) -> Result<(Act, Option<Told>), Refused> {
        let trust = Trust::of(owner.device);
        if !trust.may_approve(owner.now) {
            return Err(ProblemCode::DeviceUnfit.into());
        }
        let typed = self.code.as_ref().ok_or(ProblemCode::Internal)?;
        let mac = approval_code_mac(&self.services.keys, owner.key, stored.record.approval, typed);
        let is_right: bool = mac.ct_eq(&stored.record.code_mac).into();
        if !is_right {
            stored.record.tries += 1;
            let left = stored.record.tries_left();
            if left == 0 {
                stored.record.state = State::Ended;
            }
            let changes = vec![stored.put(self.services, owner.key)?];
            let outcome = if left == 0 { "ended" } else { "code-wrong" };
            return Ok((said(outcome, left, owner, changes, false), None));
        }
        let (by_passkey, mut changes) = self.stepped_up(owner)?;
        let here = network_digest(&self.services.keys, owner.key, self.request.owner.client.address);
        let lifts = trust.lifts(stored.record.network == here, by_passkey, owner.now);
        stored.record.state = State::Approved { device: owner.device.device, lifts, at: owner.now.as_millis() };
        changes.push(stored.put(self.services, owner.key)?);
        let mut act = said("approved", stored.record.tries_left(), owner, changes, false);
        if let Some(body) = act.body.as_object_mut() {
            body.insert("lifts".into(), lifts.into());
        }
        Ok((act, Some(Told::Approved)))
    }

    /// Whether a passkey vouched for this very answer, and the changes that spend its word. The one place that asks.
    fn stepped_up(&self, owner: &Owner<'_>) -> Result<(bool, Vec<Change>), Refused> {
        let Some(step_up) = &self.step_up else { return Ok((false, Vec::new())) };
        let used = step_up.check(owner, &Action::Approve { answer: self.act })?;
        Ok((true, used.into_changes(owner)?))
    }

    /// Any device of the owner's that is not suspended may refuse: the worst that comes of it is a pause. Where the account has a
    /// device that may vouch, the refusal of one that may not is a pause of that lane: it may be the thief's, who would freeze the
    /// account and silence the owner's new browser.
    fn refuse(
        &self,
        owner: &Owner<'_>,
        mut stored: StoredApproval,
        all: &[StoredApproval],
    ) -> Result<(Act, Option<Told>), Problem> {
        let now = owner.now;
        let has_voucher = owner.account.devices.iter().any(|row| Trust::of(row).may_vouch(now));
        let counts = !has_voucher || Trust::of(owner.device).may_vouch(now);
        let refusals = all.iter().flat_map(|other| other.record.refusals(now)).count() + 1;
        let record = &mut stored.record;
        record.state = State::Refused;
        record.refused_at = record.refusals(now).map(Timestamp::as_millis).collect();
        record.lightly_refused_at = record.light_refusals(now).map(Timestamp::as_millis).collect();
        let refused_at = if counts { &mut record.refused_at } else { &mut record.lightly_refused_at };
        refused_at.push(now.as_millis());
        let mut changes = vec![stored.put(self.services, owner.key)?];
        let freezes = counts && (self.request.answer == Answer::RefuseAndFreeze || refusals >= REFUSALS_FREEZE);
        if freezes {
            let mut edit = Edit::of(self.services, owner.key, owner.account);
            edit.freeze_value();
            changes.extend(edit.into_changes());
        }
        let told = if freezes { Told::Frozen } else { Told::Refused };
        Ok((said("refused", 0, owner, changes, freezes), Some(told)))
    }
}

fn said(outcome: &str, tries_left: u32, owner: &Owner<'_>, changes: Vec<Change>, freezes: bool) -> Act {
    let frozen = owner.account.value_frozen_at(owner.now);
    let value = if freezes { ValueState::Frozen } else { frozen.into() };
    Act { body: json!({ "outcome": outcome, "tries_left": tries_left, "value": value }), changes, ceremony: None }
}
