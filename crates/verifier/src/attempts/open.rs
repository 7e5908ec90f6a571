//! Opening: form, nonce and proof, before the back end spends a password hash. Spends nothing.

use login_guard_protocol::AttemptId;
use login_guard_protocol::problem::ProblemCode;

use super::caller::{Caller, network};
use super::messages::{OpenRequest, OpenResponse};
use super::submission;
use crate::problem::Problem;
use crate::services::Services;

/// Checks whether a submission is worth a password hash.
///
/// # Errors
/// As [`submission::check_login`] and [`crate::work::Brake::open`]; [`ProblemCode::NonceSpent`] when the attempt was assessed already.
pub async fn open(
    services: &Services,
    caller: &Caller,
    attempt: AttemptId,
    request: OpenRequest,
) -> Result<OpenResponse, Problem> {
    let submission = submission::check_login(services, &caller.platform, attempt, &request.login_name, &request.proof)?;
    let now = services.clock.now();
    match submission.submitted(&caller.platform) {
        Some(submitted) => {
            services.brake.open(&services.keys, submitted, &network(request.client.address), now).await?;
        }
        None => services.brake.open_spared(attempt, now)?,
    }
    if services.store.attempt(&caller.platform, attempt).await?.is_some() {
        return Err(ProblemCode::NonceSpent.into());
    }
    Ok(OpenResponse { attempt, work: None })
}
