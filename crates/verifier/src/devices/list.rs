//! The account's devices, as its owner sees them.

use login_guard_protocol::Digest;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::attempts::activity;
use crate::attempts::asker::shown_network;
use crate::attempts::judge::enrolled_evidence;
use crate::attempts::trust::{Trust, Unfit};
use crate::attempts::{Caller, Reply};
use crate::clock::Timestamp;
use crate::factors::owner::{self, Act, Asked, Owner, OwnerPost};
use crate::problem::Problem;
use crate::seal::rows::VerifiedDevice;
use crate::services::Services;

/// The kind of act, as the log has it.
const LIST: &str = "devices-list";

/// `POST /v1/devices/list`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRequest {
    /// Who asks.
    pub owner: OwnerPost,
}

/// Lists the devices, the one that asks among them.
///
/// # Errors
/// As [`owner::act`].
pub async fn list(
    services: &Services,
    caller: &Caller,
    request: &ListRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    owner::act_for(services, caller, &request.owner, Asked::session(LIST, digest), |owner: &Owner<'_>| {
        let devices: Vec<Value> = owner.account.devices.iter().map(|row| describe(owner, row)).collect();
        Ok(Act { body: json!({ "devices": devices }), changes: Vec::new(), ceremony: None })
    })
    .await
}

fn describe(owner: &Owner<'_>, row: &VerifiedDevice) -> Value {
    let (trust, voucher) = (Trust::of(row), Trust::of(owner.device));
    let facts = enrolled_evidence(row).facts;
    let fact = |wanted: &str| facts.iter().find(|(name, _)| name.as_str() == wanted).map(|(_, value)| value.clone());
    let acknowledgement = match trust.acknowledged(&voucher, owner.now) {
        Ok(_) => json!({ "in_s": 0 }),
        Err(Unfit::Early(in_s)) => json!({ "in_s": in_s }),
        Err(Unfit::Voucher | Unfit::Settled | Unfit::Younger) => Value::Null,
    };
    let is_own = row.device == owner.device.device;
    // what it did is for who may act on it
    let activity: Vec<Value> = activity::read(owner.services, owner.key, row)
        .into_iter()
        .filter(|_| is_own || voucher.may_vouch(owner.now))
        .map(|login| {
            json!({
                "at": Timestamp::from_millis(login.at).to_string(), "address": login.address,
                "network": shown_network(login.address), "browser": login.browser,
            })
        })
        .collect();
    json!({
        "device": row.device, "key": row.public_key.key_id(), "this": is_own, "standing": row.standing.as_str(),
        "browser": fact("browser"), "platform": fact("platform"), "confirmed_by": row.confirmed_by,
        "enrolled_at": row.enrolled_at.to_string(), "standing_since": trust.since.to_string(), "seen_at": row.seen_at.to_string(),
        "acknowledge": acknowledgement, "may_remove": is_own || voucher.may_vouch(owner.now), "activity": activity,
    })
}
