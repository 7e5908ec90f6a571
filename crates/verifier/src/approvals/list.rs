//! What the owner sees of the requests for approval, at a device that is known.

use login_guard_protocol::{AccountId, Digest};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::record::{Fate, StoredApproval};
use crate::attempts::trust::Trust;
use crate::attempts::{Caller, Reply};
use crate::factors::allowance::Allowance;
use crate::factors::owner::{self, Act, Asked, Owner, OwnerPost};
use crate::problem::Problem;
use crate::seal::network::network_digest;
use crate::services::Services;
use crate::store::AccountKey;
use crate::store::models::Standing;

/// The kind of act, as the log has it.
const LIST: &str = "approvals-list";

/// `POST /v1/approvals/list`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRequest {
    /// Who asks.
    pub owner: OwnerPost,
}

/// `POST /v1/approvals/pending`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingRequest {
    /// The account that is logged in at the exchange.
    pub account: AccountId,
}

/// Its answer.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PendingResponse {
    /// Open requests.
    pub open: usize,
}

/// Lists the open requests.
///
/// # Errors
/// As [`owner::act`].
pub async fn list(
    services: &Services,
    caller: &Caller,
    request: &ListRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    let address = request.owner.client.address;
    let asked = Asked::session(LIST, digest).charged_to(Allowance::Approvals);
    owner::act_for(services, caller, &request.owner, asked, |owner: &Owner<'_>| {
        let trust = Trust::of(owner.device);
        let here = network_digest(&services.keys, owner.key, address);
        let stored = StoredApproval::open_all(services, owner.key, owner.approvals);
        let open = stored.iter().filter(|stored| stored.record.fate(services) == Fate::Open);
        let shown = open.map(|stored| {
            let is_near = stored.record.network == here;
            json!({
                "approval": stored.record.approval, "request": stored.record.request,
                "tries_left": stored.record.tries_left(), "same_network": is_near,
                "may_approve": trust.may_approve(owner.now), "passkey_lifts": trust.lifts(is_near, true, owner.now),
            })
        });
        let approvals: Vec<_> = shown.collect();
        let probation = owner.device.standing != Standing::Trusted;
        let body = json!({ "approvals": approvals, "device": { "id": owner.device.device, "probation": probation } });
        Ok(Act { body, changes: Vec::new(), ceremony: None })
    })
    .await
}

/// Counts the open requests, so that a page knows when to ask for the list. Proves nothing, and tells nothing but the number.
///
/// # Errors
/// [`login_guard_protocol::problem::ProblemCode::StoreUnavailable`].
pub async fn pending(
    services: &Services,
    caller: &Caller,
    request: PendingRequest,
) -> Result<PendingResponse, Problem> {
    let key = AccountKey { platform: caller.platform.clone(), account: request.account };
    let stored = StoredApproval::read_all(services, &key).await?;
    Ok(PendingResponse { open: stored.iter().filter(|stored| stored.record.fate(services) == Fate::Open).count() })
}
