//! Confirmation by a key that the account already knows: another login name, the same browser, nobody asked.

use login_guard_protocol::AttemptId;
use login_guard_protocol::challenge::device_key::CHECK_STEP;
use login_guard_protocol::problem::ProblemCode;
use serde::Deserialize;

use super::step::{ConfirmedResponse, OpenStep, check_proof};
use crate::attempts::Page;
use crate::attempts::record::ConfirmedBy;
use crate::problem::Problem;
use crate::services::Services;

/// `POST …/confirmations/device-key/check`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceKeyRequest {
    /// Protocol version.
    pub v: u32,
    /// Signed by one of the challenge's keys.
    pub proof: String,
}

/// Accepts a proof by one of the keys that the challenge named; whether the key is still the account's is checked
/// again when the token is redeemed.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::MethodUnavailable`] when the challenge names no key;
/// [`ProblemCode::ProofRefused`].
pub async fn check(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: DeviceKeyRequest,
) -> Result<ConfirmedResponse, Problem> {
    let mut step = OpenStep::read(services, page, attempt, request.v).await?;
    let challenge = step.challenge()?;
    if challenge.keys.is_empty() {
        return Err(ProblemCode::MethodUnavailable.into());
    }
    let origins = std::slice::from_ref(&page.origin);
    let key = check_proof(&page.platform, origins, challenge, &request.proof, (CHECK_STEP, b""))?.key_id();
    if !challenge.keys.contains(&key) {
        return Err(ProblemCode::ProofRefused.into());
    }
    Ok(step.confirm(services, ConfirmedBy::DeviceKey { key }, Vec::new()).await?)
}
