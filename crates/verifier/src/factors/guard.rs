//! Who may change the ways to confirm, and from when on a change counts. Decision 0012 says why.
//!
//! | Device | Account | A change |
//! |---|---|---|
//! | suspended, forked, unknown | any | is refused by [`super::owner`]: `device-unknown` |
//! | on probation | has a trusted device or an active strong factor | is refused: `device-on-probation` |
//! | any other | has an active strong factor | needs a step-up by it, for exactly this action, and counts at once |
//! | any other | has none | waits for the platform's `factor_wait_s`; any known device can cancel it meanwhile |

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{Digest, FactorId, Transcript};
use serde::{Deserialize, Serialize};

use super::factor::Factor;
use super::owner::Owner;
use super::passkeys::Passkey;
use crate::clock::Timestamp;
use crate::problem::Problem;
use crate::store::AccountKey;
use crate::store::models::Standing;

/// A change that is guarded, as a step-up is asked for it: the member `action` of `/v1/step-ups/begin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// A contact that waits is accepted at once.
    AcceptContact {
        /// The contact.
        factor: FactorId,
    },
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
    let has_strong = has_strong_factor(owner)?;
    let has_trusted = owner.account.devices.iter().any(|row| row.standing == Standing::Trusted);
    if owner.device.standing != Standing::Trusted && (has_trusted || has_strong) {
        return Err(ProblemCode::DeviceOnProbation.into());
    }
    if !has_strong {
        return Ok(Admission::Waits);
    }
    let action = action.digest(owner.key)?;
    let is_stepped_up = step_up.is_some_and(|step_up| step_up.action == action);
    if is_stepped_up { Ok(Admission::AtOnce) } else { Err(ProblemCode::StepUpRequired.into()) }
}

/// Whether the account owns a factor that no phisher can relay.
///
/// # Errors
/// [`ProblemCode::Internal`] for a factor that does not open: what cannot be read is not taken for missing.
pub fn has_strong_factor(owner: &Owner<'_>) -> Result<bool, Problem> {
    let passkeys = Factor::active::<Passkey>(owner.services, owner.key, owner.account)?;
    Ok(passkeys.iter().any(|(_, passkey)| passkey.is_sound()))
}
