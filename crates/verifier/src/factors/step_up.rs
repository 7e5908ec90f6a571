//! Step-up: a passkey's word for exactly one action. The challenge that it signs is the digest of a random number and of the action, so
//! that nothing it said can be taken for consent to anything else.

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AccountId, AttemptId, Digest, Transcript, base64url};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::factor::Factor;
use super::guard::{Action, SteppedUp};
use super::owner::{self, Act, Owner, OwnerPost, Refused};
use super::passkeys::{Unusable, alarm_regressed, is_late, parse_credential, refused, relying_party, usable};
use crate::attempts::ceremony::Ceremony;
use crate::attempts::enrol::Edit;
use crate::attempts::record::StoredAttempt;
use crate::attempts::{Caller, Reply};
use crate::entropy::make_bytes;
use crate::problem::Problem;
use crate::services::Services;
use crate::store::{AccountKey, Change};
use crate::webauthn::{Asked, AssertionResponse, Listed, assertion_options};

/// The kind of ceremony.
const CEREMONY: &str = "step-up";
/// Refused answers that end it.
const REFUSALS: u32 = 3;

/// `POST /v1/step-ups/begin`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginRequest {
    /// Who asks.
    pub owner: OwnerPost,
    /// What the passkey is to vouch for.
    pub action: Action,
}

/// The member `step_up` of a guarded request.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepUpPost {
    /// The ceremony.
    pub attempt: AttemptId,
    /// The text of the `AuthenticationResponseJSON`.
    pub credential: String,
}

impl std::fmt::Debug for StepUpPost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StepUpPost(…)")
    }
}

/// Between the two steps.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Begun {
    random: String,
    /// Refused answers so far.
    #[serde(default)]
    refusals: u32,
}

/// Gives the options for the browser.
///
/// # Errors
/// As [`owner::act`]; [`ProblemCode::MethodUnavailable`] for an account without a passkey that counts.
pub async fn begin(
    services: &Services,
    caller: &Caller,
    request: &BeginRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    owner::act(services, caller, &request.owner, (CEREMONY, digest), |owner| {
        let relying_party = relying_party(services, owner.key).ok_or(ProblemCode::MethodUnavailable)?;
        let passkeys = usable(services, owner.key, owner.account)?;
        if passkeys.is_empty() {
            return Err(ProblemCode::MethodUnavailable.into());
        }
        let listed: Vec<Listed> = passkeys.into_iter().map(|(_, passkey)| passkey.listed).collect();
        let random: [u8; 32] = make_bytes(services.entropy.as_ref())?;
        let challenge = challenge(owner.key, &random, &request.action.digest(owner.key)?);
        let options = assertion_options(&relying_party, challenge.as_bytes(), &listed);
        let begun = Begun { random: base64url::encode(&random), refusals: 0 };
        let ceremony = serde_json::to_value(begun).map_err(|_| ProblemCode::Internal)?;
        let body = json!({ "attempt": owner.attempt, "options": options });
        Ok(Act { body, changes: Vec::new(), ceremony: Some(ceremony) })
    })
    .await
}

/// A step-up that came with a guarded request, before it was checked.
pub struct StepUp {
    stored: StoredAttempt,
    ceremony: Ceremony,
    response: AssertionResponse,
}

/// Why an answer is worth nothing.
enum Stop {
    /// Nothing is to be kept of the passkey.
    Problem(Problem),
    /// Its counter fell back: it is marked.
    Regressed(Box<Factor>),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<ProblemCode> for Stop {
    fn from(code: ProblemCode) -> Self {
        Self::Problem(code.into())
    }
}

/// A passkey's word for one action; spent with what it was given for.
#[derive(Debug)]
pub struct Used {
    /// For [`super::guard::admit`].
    pub stepped_up: SteppedUp,
    passkey: Factor,
    spent: Change,
}

/// Reads the step-up of a guarded request, if it has one; before [`owner::act`], which decides without waiting.
///
/// # Errors
/// [`ProblemCode::StepUpRequired`] for one that was spent, is another account's or too old; [`ProblemCode::BodyInvalid`];
/// [`ProblemCode::StoreUnavailable`].
pub async fn read(
    services: &Services,
    caller: &Caller,
    account: &AccountId,
    post: Option<&StepUpPost>,
) -> Result<Option<StepUp>, Problem> {
    let Some(post) = post else { return Ok(None) };
    let response = parse_credential(&post.credential)?;
    let required = || Problem::new(ProblemCode::StepUpRequired);
    let stored = StoredAttempt::read(services, &caller.platform, post.attempt).await?;
    let mut stored = stored.filter(|stored| stored.account.as_ref() == Some(account)).ok_or_else(required)?;
    let ceremony = stored.record.ceremony.take().filter(|ceremony| ceremony.kind == CEREMONY);
    let ceremony =
        ceremony.filter(|ceremony| !is_late(ceremony.begun_at, services.clock.now())).ok_or_else(required)?;
    Ok(Some(StepUp { stored, ceremony, response }))
}

impl StepUp {
    /// Checks that a passkey of the owner vouched for this action, on the device that asks.
    ///
    /// # Errors
    /// [`ProblemCode::PasskeyRefused`], also for another action, and [`ProblemCode::PasskeyUnknown`]: both count, and the third one ends
    /// the step-up; a counter that fell back ends it at once, and marks its passkey. [`ProblemCode::Internal`].
    pub fn check(&self, owner: &Owner<'_>, action: &Action) -> Result<Used, Refused> {
        let begun: Begun = serde_json::from_value(self.ceremony.state.clone()).map_err(|_| ProblemCode::Internal)?;
        match self.judge(owner, action, &begun) {
            Ok(used) => Ok(used),
            Err(Stop::Regressed(factor)) => {
                let mut edit = Edit::of(owner.services, owner.key, owner.account);
                edit.put_factor(factor.seal(owner.services, owner.key)?);
                let mut changes = edit.into_changes();
                changes.push(Change::UpdateAttempt(self.stored.to_row(owner.services, &owner.key.platform)?));
                Err(Refused { problem: refused(Unusable::Regressed), changes })
            }
            Err(Stop::Problem(problem)) => {
                let counts = matches!(problem.code, ProblemCode::PasskeyRefused | ProblemCode::PasskeyUnknown);
                let changes = if counts { vec![self.count(owner, begun)?] } else { Vec::new() };
                Err(Refused { problem, changes })
            }
        }
    }

    /// Counts a refused answer; the last one leaves no ceremony.
    fn count(&self, owner: &Owner<'_>, begun: Begun) -> Result<Change, Problem> {
        let refusals = begun.refusals.saturating_add(1);
        let mut stored = self.stored.clone();
        if refusals < REFUSALS {
            let begun = Begun { refusals, ..begun };
            let state = serde_json::to_value(begun).map_err(|_| ProblemCode::Internal)?;
            stored.record.ceremony = Some(Ceremony { state, ..self.ceremony.clone() });
        }
        Ok(Change::UpdateAttempt(stored.to_row(owner.services, &owner.key.platform)?))
    }

    fn judge(&self, owner: &Owner<'_>, action: &Action, begun: &Begun) -> Result<Used, Stop> {
        if self.ceremony.device != owner.device.device {
            return Err(refused("begun on another device").into());
        }
        let random = base64url::decode_array(&begun.random).map_err(|_| ProblemCode::Internal)?;
        let action = action.digest(owner.key)?;
        let challenge = challenge(owner.key, &random, &action);
        let relying_party = relying_party(owner.services, owner.key).ok_or(ProblemCode::MethodUnavailable)?;
        let asked = Asked { relying_party, challenge: challenge.as_bytes(), origin: None };
        let passkeys = usable(owner.services, owner.key, owner.account)?;
        let named = passkeys.into_iter().find(|(_, passkey)| passkey.listed.id == self.response.raw_id);
        let (mut factor, mut passkey) = named.ok_or(ProblemCode::PasskeyUnknown)?;
        let used = passkey.use_for(&asked, &self.response, owner.now);
        if let Err(why @ Unusable::Refused(_)) = used {
            return Err(refused(why).into());
        }
        factor.write(&passkey)?;
        if used.is_err() {
            alarm_regressed(owner.key);
            return Err(Stop::Regressed(Box::new(factor)));
        }
        let spent = Change::UpdateAttempt(self.stored.to_row(owner.services, &owner.key.platform)?);
        Ok(Used { stepped_up: SteppedUp { action }, passkey: factor, spent })
    }
}

impl Used {
    /// Keeps what the use tells of the passkey with what else is changed, and gives what spends the step-up: to be committed along.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] without randomness.
    pub fn put(self, owner: &Owner<'_>, edit: &mut Edit<'_>) -> Result<Change, Problem> {
        edit.put_factor(self.passkey.seal(owner.services, owner.key)?);
        Ok(self.spent)
    }

    /// The changes of a commit that changes nothing else of the account.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn into_changes(self, owner: &Owner<'_>) -> Result<Vec<Change>, Problem> {
        let mut edit = Edit::of(owner.services, owner.key, owner.account);
        let spent = self.put(owner, &mut edit)?;
        let mut changes = edit.into_changes();
        changes.push(spent);
        Ok(changes)
    }
}

/// What the passkey signs.
fn challenge(key: &AccountKey, random: &[u8; 32], action: &Digest) -> Digest {
    Transcript::new("login-guard/step-up/v1")
        .part(key.platform.as_str().as_bytes())
        .part(key.account.as_str().as_bytes())
        .part(random)
        .part(action.as_bytes())
        .digest()
}
