//! A device goes: its key and cookie open nothing any more.

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{DeviceId, Digest};
use serde::Deserialize;
use serde_json::json;

use crate::approvals::notice::{self, Told};
use crate::attempts::enrol::Edit;
use crate::attempts::trust::Trust;
use crate::attempts::{Caller, Reply};
use crate::factors::allowance::Allowance;
use crate::factors::owner::{self, Act, Asked, Owner, OwnerPost};
use crate::problem::Problem;
use crate::services::Services;

/// The kind of act, as the log has it.
const REMOVE: &str = "devices-remove";

/// `POST /v1/devices/remove`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveRequest {
    /// Who asks.
    pub owner: OwnerPost,
    /// Which device shall go.
    pub device: DeviceId,
}

/// Removes a device.
///
/// # Errors
/// [`ProblemCode::DeviceUnfit`] for another device than the one that asks, unless that one is trusted by its own;
/// [`ProblemCode::DeviceUnknown`]; otherwise as [`owner::act`].
pub async fn remove(
    services: &Services,
    caller: &Caller,
    request: &RemoveRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    let asked = Asked::session(REMOVE, digest).charged_to(Allowance::WaysOut);
    owner::act_for(services, caller, &request.owner, asked, |owner: &Owner<'_>| {
        let row = owner.account.devices.iter().find(|row| row.device == request.device);
        let row = row.ok_or(ProblemCode::DeviceUnknown)?;
        if row.device != owner.device.device && !Trust::of(owner.device).may_vouch(owner.now) {
            return Err(ProblemCode::DeviceUnfit.into());
        }
        let mut edit = Edit::of(owner.services, owner.key, owner.account);
        edit.delete_device(row.device);
        // the back end ends the sessions that are bound to this key
        let body = json!({ "device": row.device, "key": row.public_key.key_id(), "removed": true });
        let mut changes = edit.into_changes();
        changes.extend(notice::of_device(owner, &request.owner, Told::Removed)?);
        Ok(Act { body, changes, ceremony: None })
    })
    .await
}
