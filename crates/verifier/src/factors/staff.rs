//! The way out where no device of the owner's may cancel: staff have spoken with the owner, and remove what somebody else added.

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AccountId, DeviceId, FactorId};
use serde::{Deserialize, Serialize};

use super::contacts::{self, Contact};
use super::factor::{Factor, State};
use super::listing::restore_replaced;
use super::notice::{self, Happened, Recipient};
use crate::attempts::Caller;
use crate::attempts::enrol::Edit;
use crate::problem::Problem;
use crate::seal::rows::{VerifiedAccount, verify};
use crate::services::Services;
use crate::store::models::FactorKind;
use crate::store::{AccountKey, Change, Commit, CommitError, Refusal};

/// How often a removal is tried again when the account changed meanwhile.
const ROUNDS: u32 = 16;

/// `POST /v1/accounts/remove-factor`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveFactorRequest {
    /// The account.
    pub account: AccountId,
    /// What goes, at once.
    pub factor: FactorId,
}

/// `POST /v1/accounts/remove-device`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveDeviceRequest {
    /// The account.
    pub account: AccountId,
    /// What goes, at once.
    pub device: DeviceId,
}

/// The answer to both.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RemovedResponse {
    /// Always true: what is not there is a problem.
    pub removed: bool,
}

/// Removes a factor, also one that waits; the pinned contact is told. A contact goes only while it waits.
///
/// # Errors
/// [`ProblemCode::FactorUnknown`]; [`ProblemCode::StoreUnavailable`] and [`ProblemCode::Internal`], with nothing changed.
pub async fn remove_factor(
    services: &Services,
    caller: &Caller,
    request: RemoveFactorRequest,
) -> Result<RemovedResponse, Problem> {
    let key = AccountKey { platform: caller.platform.clone(), account: request.account };
    commit(services, &key, |account| {
        let now = services.clock.now();
        let factors = Factor::all(services, &key, account)?;
        let factor = factors.into_iter().find(|factor| factor.id == request.factor);
        let mut factor = factor.ok_or(ProblemCode::FactorUnknown)?;
        let mut edit = Edit::of(services, &key, account);
        if factor.kind == FactorKind::Contact {
            if factor.header.state(now) != State::Waiting {
                return Err(ProblemCode::FactorUnknown.into());
            }
            // the back end may go on telling it
            let refused = Contact { refused: true, ..factor.read()? };
            factor.write(&refused)?;
            edit.put_factor(factor.seal(services, &key)?);
        } else {
            edit.delete_factor(factor.id);
        }
        restore_replaced(&mut edit, (services, &key, account), factor.id)?;
        let recipient = Recipient::of_staff(contacts::pinned(services, &key, account)?);
        let notice = recipient.that(Happened::Removed { kind: factor.kind, leaves_at: now }, now);
        let mut changes = edit.into_changes();
        changes.extend(notice::post(services, &key, Some(&notice))?);
        Ok(changes)
    })
    .await?;
    let (platform, by, factor) = (&key.platform, &caller.api_key, request.factor);
    tracing::warn!(audit = "factor-removed-by-staff", attempt.platform = %platform, caller.key = %by, factor.id = %factor, "removed by staff");
    Ok(RemovedResponse { removed: true })
}

/// Removes a device: its key and cookie open nothing any more.
///
/// # Errors
/// [`ProblemCode::DeviceUnknown`]; [`ProblemCode::StoreUnavailable`], with nothing changed.
pub async fn remove_device(
    services: &Services,
    caller: &Caller,
    request: RemoveDeviceRequest,
) -> Result<RemovedResponse, Problem> {
    let key = AccountKey { platform: caller.platform.clone(), account: request.account };
    commit(services, &key, |account| {
        if account.devices.iter().all(|row| row.device != request.device) {
            return Err(ProblemCode::DeviceUnknown.into());
        }
        let mut edit = Edit::of(services, &key, account);
        edit.delete_device(request.device);
        Ok(edit.into_changes())
    })
    .await?;
    let (platform, by, device) = (&key.platform, &caller.api_key, request.device);
    tracing::warn!(audit = "device-removed-by-staff", attempt.platform = %platform, caller.key = %by, device.id = %device, "removed by staff");
    Ok(RemovedResponse { removed: true })
}

async fn commit(
    services: &Services,
    key: &AccountKey,
    decide: impl Fn(&VerifiedAccount) -> Result<Vec<Change>, Problem> + Send,
) -> Result<(), Problem> {
    for _ in 0..ROUNDS {
        let account = verify(&services.keys, key, services.store.account(key).await?);
        let changes = decide(&account)?;
        match services.store.commit(Commit { scope: key.clone().into(), changes }).await {
            Ok(()) => {
                services.bell.ring();
                return Ok(());
            }
            Err(CommitError::Refused(Refusal::Stale)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}
