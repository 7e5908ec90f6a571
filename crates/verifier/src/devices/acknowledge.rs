//! An owner vouches, at an older device that is trusted, for one that has been on probation for a day.

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{DeviceId, Digest};
use serde::Deserialize;
use serde_json::json;

use crate::approvals::notice::{self, Told};
use crate::attempts::enrol::Edit;
use crate::attempts::trust::{Trust, Unfit};
use crate::attempts::{Caller, Reply};
use crate::factors::owner::{self, Act, Asked, Owner, OwnerPost};
use crate::problem::Problem;
use crate::services::Services;
use crate::store::DeviceRow;

/// The kind of act, as the log has it.
const ACKNOWLEDGE: &str = "devices-acknowledge";

/// `POST /v1/devices/acknowledge`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeRequest {
    /// Who vouches.
    pub owner: OwnerPost,
    /// For which device.
    pub device: DeviceId,
}

/// Ends the probation of a device.
///
/// # Errors
/// [`ProblemCode::DeviceUnfit`] for a voucher that is not trusted, only on another's word since less than a day, or no older;
/// [`ProblemCode::AcknowledgementEarly`] with the seconds that are left; [`ProblemCode::DeviceUnknown`] for a device that is not
/// there or not on probation; otherwise as [`owner::act`].
pub async fn acknowledge(
    services: &Services,
    caller: &Caller,
    request: &AcknowledgeRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    owner::act_for(services, caller, &request.owner, Asked::session(ACKNOWLEDGE, digest), |owner: &Owner<'_>| {
        let row = owner.account.devices.iter().find(|row| row.device == request.device);
        let row = row.ok_or(ProblemCode::DeviceUnknown)?;
        let trust = Trust::of(row).acknowledged(&Trust::of(owner.device), owner.now).map_err(refusal)?;
        let mut edit = Edit::of(owner.services, owner.key, owner.account);
        edit.put_device(trust.into_row(DeviceRow::clone(row)));
        let body = json!({ "device": request.device, "standing": "trusted" });
        let mut changes = edit.into_changes();
        changes.extend(notice::of_device(owner, &request.owner, Told::Acknowledged)?);
        Ok(Act { body, changes, ceremony: None })
    })
    .await
}

fn refusal(unfit: Unfit) -> Problem {
    match unfit {
        Unfit::Voucher | Unfit::Younger => ProblemCode::DeviceUnfit.into(),
        Unfit::Settled => ProblemCode::DeviceUnknown.into(),
        Unfit::Early(left_s) => Problem::new(ProblemCode::AcknowledgementEarly).member("retry_after_s", left_s),
    }
}
