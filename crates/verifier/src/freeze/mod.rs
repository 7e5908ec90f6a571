//! Freezing value: what moves value waits while an account's value is frozen.
//!
//! May import: `seal`, `store` traits, `attempts`' writing of rows, `clock`. Must not know HTTP or SQL.
//!
//! A fork freezes value (`attempts::assess`), in the commit that finds it; back ends read `value` in every allow. Only
//! [`release_value`] lifts it: no log-in and no confirmation does. To add a cause: whoever finds it gives `enrol` the
//! moment.

use login_guard_protocol::AccountId;
use login_guard_protocol::problem::ProblemCode;
use serde::{Deserialize, Serialize};

use crate::attempts::messages::ValueState;
use crate::attempts::{Caller, enrol};
use crate::problem::Problem;
use crate::seal::rows::verify;
use crate::services::Services;
use crate::store::{AccountKey, Commit, CommitError, Refusal};

/// How often a release is tried again when the account changed meanwhile.
const ROUNDS: u32 = 16;

/// `POST /v1/accounts/release-value`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    /// The account.
    pub account: AccountId,
}

/// Its answer.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseResponse {
    /// The account.
    pub account: AccountId,
    /// How its value stands now.
    pub value: ValueState,
    /// Whether this call changed it.
    pub released: bool,
}

/// Lifts the freeze of an account's value. A freeze that came while this was under way stays.
///
/// # Errors
/// [`ProblemCode::StoreUnavailable`], with nothing changed.
pub async fn release_value(
    services: &Services,
    caller: &Caller,
    request: ReleaseRequest,
) -> Result<ReleaseResponse, Problem> {
    let key = AccountKey { platform: caller.platform.clone(), account: request.account };
    let mut seen = None;
    for _ in 0..ROUNDS {
        let account = verify(&services.keys, &key, services.store.account(&key).await?);
        let frozen = account.value_frozen_at(services.clock.now());
        let answer = |value, released| ReleaseResponse { account: key.account.clone(), value, released };
        let Some(at) = frozen else { return Ok(answer(ValueState::Open, false)) };
        if *seen.get_or_insert(at) != at && !account.is_tampered() {
            return Ok(answer(ValueState::Frozen, false));
        }
        if account.is_tampered() {
            tracing::warn!(
                alarm = "account-integrity",
                attempt.platform = %key.platform,
                "the rows of an account are not what was written"
            );
        }
        let changes = enrol::release_value(services, &key, &account);
        match services.store.commit(Commit { scope: key.clone().into(), changes }).await {
            Ok(()) => {
                tracing::info!(attempt.platform = %key.platform, caller.key = %caller.api_key, "value released");
                return Ok(answer(ValueState::Open, true));
            }
            Err(CommitError::Refused(Refusal::Stale)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}
