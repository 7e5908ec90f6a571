//! Probation begins anew for all devices: whoever has the mailbox resets passwords, changes contacts and recovers accounts, and must
//! not inherit what was trusted before.

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AccountId, DeviceId, Digest};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::attempts::enrol::Edit;
use crate::attempts::trust::Trust;
use crate::attempts::{Caller, Reply};
use crate::factors::guard::Action;
use crate::factors::owner::{self, Act, Asked, Owner, OwnerPost};
use crate::factors::step_up::{self, StepUpPost};
use crate::problem::Problem;
use crate::seal::rows::{VerifiedAccount, verify};
use crate::services::Services;
use crate::store::models::Standing;
use crate::store::{AccountKey, Commit, CommitError, DeviceRow, Refusal};

/// The kind of act, as the log has it.
const RESTART: &str = "devices-restart";
/// How often it is tried again when the account changed meanwhile.
const ROUNDS: u32 = 16;

/// `POST /v1/accounts/restart-probation`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestartRequest {
    /// The account.
    pub account: AccountId,
    /// What happened.
    pub cause: Cause,
    /// Who did it, if that was an owner at a device that is known; with a step-up that device stays what it is.
    #[serde(default)]
    pub owner: Option<OwnerPost>,
    /// A passkey's word for it.
    #[serde(default)]
    pub step_up: Option<StepUpPost>,
}

/// Why probation begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// An address or number was changed.
    ContactChange,
    /// The password was reset without the old one.
    PasswordReset,
    /// The account was recovered.
    Recovery,
}

impl Cause {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ContactChange => "contact-change",
            Self::PasswordReset => "password-reset",
            Self::Recovery => "recovery",
        }
    }
}

/// Puts the devices of an account back on probation.
///
/// # Errors
/// [`ProblemCode::BodyInvalid`] for an owner without a step-up, the other way round, or of another account;
/// [`ProblemCode::StoreUnavailable`], with nothing changed; with an owner also as [`owner::act`] and [`step_up::read`].
pub async fn restart(
    services: &Services,
    caller: &Caller,
    request: &RestartRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    tracing::info!(attempt.platform = %caller.platform, caller.key = %caller.api_key, restart.cause = request.cause.as_str(), "probation restarted");
    match (&request.owner, &request.step_up) {
        (None, None) => restart_all(services, caller, request).await,
        (Some(owner), Some(post)) if owner.account == request.account => {
            let step_up = step_up::read(services, caller, &owner.account, Some(post)).await?;
            let step_up = step_up.ok_or(ProblemCode::StepUpRequired)?;
            owner::act_for(services, caller, owner, Asked::session(RESTART, digest), |owner: &Owner<'_>| {
                let used = step_up.check(owner, &Action::RestartProbation {})?;
                let mut edit = Edit::of(owner.services, owner.key, owner.account);
                let spent = used.put(owner, &mut edit)?;
                let restarted = put_back(services, owner.account, &mut edit, Some(owner.device.device));
                let mut changes = edit.into_changes();
                changes.push(spent);
                Ok(Act { body: json!({ "restarted": restarted }), changes, ceremony: None })
            })
            .await
        }
        _ => Err(Problem::new(ProblemCode::BodyInvalid).detail("owner: with a step_up, and of the account")),
    }
}

async fn restart_all(services: &Services, caller: &Caller, request: &RestartRequest) -> Result<Reply, Problem> {
    let key = AccountKey { platform: caller.platform.clone(), account: request.account.clone() };
    for _ in 0..ROUNDS {
        let account = verify(&services.keys, &key, services.store.account(&key).await?);
        let answer = |restarted: usize| Reply { status: 200, body: json!({ "restarted": restarted }).to_string() };
        // rows that are not ours are trusted by nobody
        if account.devices.is_empty() {
            return Ok(answer(0));
        }
        let mut edit = Edit::of(services, &key, &account);
        let restarted = put_back(services, &account, &mut edit, None);
        match services.store.commit(Commit { scope: key.clone().into(), changes: edit.into_changes() }).await {
            Ok(()) => return Ok(answer(restarted)),
            Err(CommitError::Refused(Refusal::Stale)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// How many were trusted before.
fn put_back(services: &Services, account: &VerifiedAccount, edit: &mut Edit<'_>, spared: Option<DeviceId>) -> usize {
    let now = services.clock.now();
    let others = || account.devices.iter().filter(|row| Some(row.device) != spared);
    for row in others() {
        edit.put_device(Trust::of(row).restarted(now).into_row(DeviceRow::clone(row)));
    }
    others().filter(|row| row.standing == Standing::Trusted).count()
}
