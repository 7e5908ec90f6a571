//! What an account can confirm with, for its owner: listing, removing, and cancelling what waits.

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{Digest, FactorId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::allowance::Allowance;
use super::contacts::Contact;
use super::factor::{Begun, Factor, State};
use super::guard::{Action, Admission, admit, admit_cancel};
use super::notice::{Happened, Recipient};
use super::owner::{self, Act, Asked, Decided, Owner, OwnerPost};
use super::passkeys::Passkey;
use super::recovery::RecoverySet;
use super::step_up::{self, StepUpPost};
use crate::attempts::enrol::Edit;
use crate::attempts::{Caller, Reply};
use crate::clock::Timestamp;
use crate::confirm::mask_mail;
use crate::problem::Problem;
use crate::seal::rows::VerifiedAccount;
use crate::services::Services;
use crate::store::AccountKey;
use crate::store::models::FactorKind;

/// `POST /v1/factors/list`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRequest {
    /// The owner.
    pub owner: OwnerPost,
}

/// `POST /v1/factors/remove`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveRequest {
    /// The owner.
    pub owner: OwnerPost,
    /// Which factor.
    pub factor: FactorId,
    /// A passkey's word for it, where the account has one.
    #[serde(default)]
    pub step_up: Option<StepUpPost>,
}

/// `POST /v1/factors/cancel`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// The owner.
    pub owner: OwnerPost,
    /// Which factor: one that waits, or one whose removal does.
    pub factor: FactorId,
}

/// Lists every factor, and whether this device may change them.
///
/// # Errors
/// As [`owner::act`].
pub async fn list(
    services: &Services,
    caller: &Caller,
    request: ListRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    owner::act(services, caller, &request.owner, ("list", digest), |owner| {
        let factors = Factor::all(services, owner.key, owner.account)?;
        let shown = factors.iter().filter(|factor| factor.header.state(owner.now) != State::Gone);
        let factors = shown.map(|factor| describe(factor, owner.now)).collect::<Result<Vec<_>, _>>()?;
        // the guard's own word, for a change that any account may make
        let changes = match admit(owner, &Action::AddTotp {}, None) {
            Ok(Admission::AtOnce) => "at-once",
            Ok(Admission::Waits) => "wait",
            Err(problem) if problem.code == ProblemCode::StepUpRequired => "step-up",
            Err(problem) if problem.code == ProblemCode::DeviceOnProbation => "refused",
            Err(problem) => return Err(problem.into()),
        };
        let settings = services.platforms.get(&owner.key.platform).ok_or(ProblemCode::Internal)?;
        let body = json!({
            "account": owner.key.account, "factors": factors, "changes": changes, "wait_s": settings.factor_wait_s,
        });
        Ok(Act { body, changes: Vec::new(), ceremony: None })
    })
    .await
}

/// Removes a factor that counts, at once or after the wait.
///
/// # Errors
/// As [`owner::act`] and [`admit`]; [`ProblemCode::FactorUnknown`], also for a contact, which the back end alone changes, and for one that
/// waits, which is cancelled.
pub async fn remove(
    services: &Services,
    caller: &Caller,
    request: RemoveRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    let post = &request.owner;
    let step_up = step_up::read(services, caller, &post.account, request.step_up.as_ref()).await?;
    owner::act(services, caller, post, ("remove", digest), |owner| {
        let mut factor = find(owner, request.factor)?;
        if factor.kind == FactorKind::Contact || !factor.header.is_active(owner.now) {
            return Err(ProblemCode::FactorUnknown.into());
        }
        let action = Action::RemoveFactor { factor: request.factor };
        let used = step_up.as_ref().map(|step_up| step_up.check(owner, &action)).transpose()?;
        let leaves_at = admit(owner, &action, used.as_ref().map(|used| &used.stepped_up))?.counts_from(owner)?;
        let mut edit = Edit::of(services, owner.key, owner.account);
        // first what the passkey's use tells of itself: it may be the one that goes
        let spent = used.map(|used| used.put(owner, &mut edit)).transpose()?;
        // whoever asks again for what is under way does not become the one that began it
        if factor.header.leaves_at.is_none() {
            factor.header.begun = Some(Begun::by(owner));
        }
        factor.header.leaves_at = Some(factor.header.leaves_at.unwrap_or(u64::MAX).min(leaves_at.as_millis()));
        if factor.header.state(owner.now) == State::Gone {
            edit.delete_factor(factor.id);
        } else {
            edit.put_factor(factor.seal(services, owner.key)?);
        }
        let body = json!({ "factor": factor.id, "leaves_at": leaves_at.to_string() });
        let mut changes = edit.into_changes();
        changes.extend(spent);
        let happened = Happened::Removed { kind: factor.kind, leaves_at };
        let notice = Some(Recipient::of(owner, post)?.that(happened, owner.now));
        Ok(Decided { act: Act { body, changes, ceremony: None }, notice })
    })
    .await
}

/// Cancels an addition or a removal that waits: what was before stays, and the owner is told.
///
/// # Errors
/// As [`owner::act`] and [`admit_cancel`]; [`ProblemCode::FactorUnknown`] where nothing waits.
pub async fn cancel(
    services: &Services,
    caller: &Caller,
    request: CancelRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    let asked = Asked::session("cancel", digest).charged_to(Allowance::WaysOut);
    owner::act_for(services, caller, &request.owner, asked, |owner: &Owner<'_>| {
        let mut factor = find(owner, request.factor)?;
        let is_removal = factor.header.state(owner.now) == State::Leaving && factor.header.replaced_by.is_none();
        if factor.header.state(owner.now) != State::Waiting && !is_removal {
            return Err(ProblemCode::FactorUnknown.into());
        }
        admit_cancel(owner, &factor.header)?;
        let mut edit = Edit::of(services, owner.key, owner.account);
        // what makes room for another is restored by cancelling that one
        if is_removal {
            (factor.header.leaves_at, factor.header.begun) = (None, None);
            edit.put_factor(factor.seal(services, owner.key)?);
        } else {
            if factor.kind == FactorKind::Contact {
                let refused = Contact { refused: true, ..factor.read()? };
                factor.write(&refused)?;
                edit.put_factor(factor.seal(services, owner.key)?);
            } else {
                edit.delete_factor(factor.id);
            }
            restore_replaced(&mut edit, (services, owner.key, owner.account), factor.id)?;
        }
        let act = Act { body: json!({ "factor": factor.id }), changes: edit.into_changes(), ceremony: None };
        let happened = Happened::Cancelled { kind: factor.kind };
        Ok(Decided { act, notice: Some(Recipient::of(owner, &request.owner)?.that(happened, owner.now)) })
    })
    .await
}

/// What was to make room for a factor that does not come stays.
pub(super) fn restore_replaced(
    edit: &mut Edit<'_>,
    (services, key, account): (&Services, &AccountKey, &VerifiedAccount),
    cancelled: FactorId,
) -> Result<(), Problem> {
    for mut factor in Factor::all(services, key, account)? {
        if factor.header.replaced_by == Some(cancelled) {
            (factor.header.leaves_at, factor.header.replaced_by) = (None, None);
            edit.put_factor(factor.seal(services, key)?);
        }
    }
    Ok(())
}

fn find(owner: &Owner<'_>, id: FactorId) -> Result<Factor, Problem> {
    let factors = Factor::all(owner.services, owner.key, owner.account)?;
    factors.into_iter().find(|factor| factor.id == id).ok_or_else(|| ProblemCode::FactorUnknown.into())
}

/// As the owner sees it: never a secret, never a whole address.
fn describe(factor: &Factor, now: Timestamp) -> Result<Value, Problem> {
    let time = |ms: u64| Timestamp::from_millis(ms).to_string();
    let state = match factor.header.state(now) {
        State::Active => "active",
        State::Gone => "gone",
        State::Leaving => "leaving",
        State::Waiting => "waiting",
    };
    let mut shown = Map::new();
    let details = match factor.kind {
        FactorKind::Contact => {
            let contact: Contact = factor.read()?;
            json!({ "destination": mask_mail(&contact.address), "refused": contact.refused })
        }
        FactorKind::Passkey => factor.read::<Passkey>()?.summary(),
        FactorKind::RecoveryCodes => json!({ "left": factor.read::<RecoverySet>()?.left() }),
        FactorKind::Totp => json!({}),
    };
    if let Value::Object(details) = details {
        shown.extend(details);
    }
    let header = &factor.header;
    for (name, value) in [
        ("factor", json!(factor.id)),
        ("kind", json!(factor.kind.as_str())),
        ("label", json!(header.label)),
        ("state", json!(state)),
        ("added_at", json!(time(header.added_at))),
        ("active_from", json!(time(header.active_from))),
        ("leaves_at", json!(header.leaves_at.map(time))),
        ("replaced_by", json!(header.replaced_by)),
    ] {
        shown.insert(name.to_owned(), value);
    }
    Ok(Value::Object(shown))
}
