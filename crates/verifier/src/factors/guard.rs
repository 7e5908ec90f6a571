//! Who may change the ways to confirm, and from when on a change counts. Decision 0012 says why.
//!
//! | Device | Account | A change |
//! |---|---|---|
//! | suspended, forked, unknown | any | is refused by [`super::owner`]: `device-unknown` |
//! | on probation | has a trusted device or an active strong factor | is refused: `device-on-probation` |
//! | any other | has an active strong factor | needs a step-up by it, for exactly this action, and counts at once |
//! | any other | has none | waits for the platform's `factor_wait_s`; an older known device, or the same, can cancel it meanwhile |

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{Digest, FactorId, Transcript};
use serde::{Deserialize, Serialize};

use super::factor::Header;
use super::owner::Owner;
use super::passkeys::usable;
use crate::attempts::trust::Trust;
use crate::clock::Timestamp;
use crate::problem::Problem;
use crate::store::AccountKey;

/// A change that is guarded, as a step-up is asked for it: the member `action` of `/v1/step-ups/begin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// A passkey is added.
    AddPasskey {
        /// The name that the owner gives it.
        label: String,
    },
    /// Time-based codes are set up, or their secret is replaced.
    AddTotp {},
    /// Another device's request for approval is answered.
    Approve {
        /// What the proof of the answer says, as docs/protocol.md has it.
        answer: Digest,
    },
    /// Recovery codes are issued; older ones go.
    IssueRecoveryCodes {},
    /// Every other device is put back on probation.
    RestartProbation {},
    /// A factor is removed.
    RemoveFactor {
        /// Which.
        factor: FactorId,
    },
}

impl Action {
    /// What a step-up commits to: this action of this account, and nothing else.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] when it cannot be written, which nothing known causes.
    pub fn digest(&self, key: &AccountKey) -> Result<Digest, Problem> {
        let action = serde_json::to_vec(self).map_err(|_| ProblemCode::Internal)?;
        let transcript = Transcript::new("login-guard/factor-action/v1");
        let transcript = transcript.part(key.platform.as_str().as_bytes()).part(key.account.as_str().as_bytes());
        Ok(transcript.part(&action).digest())
    }
}

/// A strong factor was used just now, for one action. Made by the file that checked it, and by nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SteppedUp {
    /// The digest that the check was bound to.
    pub action: Digest,
}

/// From when on an admitted change counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Admission {
    /// At once.
    AtOnce,
    /// After the platform's wait.
    Waits,
}

impl Admission {
    /// From when on, if it is made now.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] for a platform without settings.
    pub fn counts_from(self, owner: &Owner<'_>) -> Result<Timestamp, Problem> {
        let settings = owner.services.platforms.get(&owner.key.platform).ok_or(ProblemCode::Internal)?;
        Ok(match self {
            Self::AtOnce => owner.now,
            Self::Waits => owner.now.plus_seconds(settings.factor_wait_s),
        })
    }
}

/// Admits a change of factors, or refuses it.
///
/// # Errors
/// [`ProblemCode::DeviceOnProbation`]; [`ProblemCode::StepUpRequired`] without a step-up, or with one for another action;
/// [`ProblemCode::Internal`].
pub fn admit(owner: &Owner<'_>, action: &Action, step_up: Option<&SteppedUp>) -> Result<Admission, Problem> {
    check_standing(owner)?;
    if !has_strong_factor(owner)? {
        return Ok(Admission::Waits);
    }
    let action = action.digest(owner.key)?;
    let is_stepped_up = step_up.is_some_and(|step_up| step_up.action == action);
    if is_stepped_up { Ok(Admission::AtOnce) } else { Err(ProblemCode::StepUpRequired.into()) }
}

/// Admits the end of a ceremony as its beginning was admitted, or less: what the account has by now counts too.
///
/// # Errors
/// [`ProblemCode::DeviceOnProbation`]; [`ProblemCode::StepUpRequired`] where nothing vouched for it and a passkey could by now;
/// [`ProblemCode::Internal`].
pub fn admit_end(owner: &Owner<'_>, begun: Admission) -> Result<Admission, Problem> {
    check_standing(owner)?;
    match (begun, has_strong_factor(owner)?) {
        (Admission::AtOnce, true) => Ok(Admission::AtOnce),
        (Admission::Waits, true) => Err(ProblemCode::StepUpRequired.into()),
        // what vouched for it is gone, or was copied
        (_, false) => Ok(Admission::Waits),
    }
}

/// Admits cancelling what waits, or refuses it: whoever came later must not undo what the owner began, or nobody ever gets better means.
///
/// # Errors
/// [`ProblemCode::DeviceOnProbation`] where the account has better; [`ProblemCode::DeviceUnfit`] for a device that is not older than the one
/// that began the change; [`ProblemCode::Internal`].
pub fn admit_cancel(owner: &Owner<'_>, change: &Header) -> Result<(), Problem> {
    check_standing(owner)?;
    if Trust::of(owner.device).is_settled() {
        return Ok(());
    }
    let enrolled_at = owner.device.enrolled_at.as_millis();
    let is_older = match &change.begun {
        Some(begun) => begun.device == owner.device.device || enrolled_at < begun.enrolled_at,
        // a back end's word began it, at no device
        None => enrolled_at <= change.added_at,
    };
    if is_older { Ok(()) } else { Err(ProblemCode::DeviceUnfit.into()) }
}

/// Refuses a device on probation where the account has better.
fn check_standing(owner: &Owner<'_>) -> Result<(), Problem> {
    let has_trusted = || owner.account.devices.iter().any(|row| Trust::of(row).is_settled());
    let is_refused = !Trust::of(owner.device).is_settled() && (has_trusted() || has_strong_factor(owner)?);
    if is_refused { Err(ProblemCode::DeviceOnProbation.into()) } else { Ok(()) }
}

/// Whether the account owns a factor that no phisher can relay, and that a step-up can be asked of.
///
/// # Errors
/// [`ProblemCode::Internal`] for a factor that does not open: what cannot be read is not taken for missing.
pub fn has_strong_factor(owner: &Owner<'_>) -> Result<bool, Problem> {
    Ok(!usable(owner.services, owner.key, owner.account)?.is_empty())
}
