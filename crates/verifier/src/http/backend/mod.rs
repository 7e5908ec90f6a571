//! The backend listener: private, for the exchange's back end, under `/v1/`.

mod acknowledge_device;
mod answer_approval;
mod assess_attempt;
mod begin_passkey;
mod begin_step_up;
mod begin_totp;
mod cancel_factor;
mod compare_device;
mod count_approvals;
mod finish_passkey;
mod finish_totp;
mod issue_recovery_codes;
mod list_approvals;
mod list_devices;
mod list_factors;
mod open_attempt;
mod read_health;
mod read_key_set;
mod redeem_verdict;
mod release_value;
mod remove_device;
mod remove_factor;
mod report_external;
mod restart_probation;
mod staff_remove_device;
mod staff_remove_factor;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::api_key::ApiKeys;
use super::health::Equipment;
use super::layers::surround;
use crate::services::Services;

/// What the endpoints of this listener share.
#[derive(Debug)]
pub struct BackendState {
    /// The parts behind the calls.
    pub services: Arc<Services>,
    /// Who may call.
    pub api_keys: ApiKeys,
    /// What the service was started with.
    pub equipment: Equipment,
}

/// The table of endpoints.
pub fn router(state: Arc<BackendState>) -> Router {
    let services = Arc::clone(&state.services);
    let endpoints = Router::new()
        .route("/healthz", get(read_health::live))
        .route("/readyz", get(read_health::ready))
        .route("/v1/accounts/release-value", post(release_value::handle))
        .route("/v1/attempts/{attempt}/confirmations/external", post(report_external::handle))
        .route("/v1/accounts/remove-device", post(staff_remove_device::handle))
        .route("/v1/accounts/remove-factor", post(staff_remove_factor::handle))
        .route("/v1/accounts/restart-probation", post(restart_probation::handle))
        .route("/v1/approvals/answer", post(answer_approval::handle))
        .route("/v1/approvals/list", post(list_approvals::handle))
        .route("/v1/approvals/pending", post(count_approvals::handle))
        .route("/v1/attempts/{attempt}/assess", post(assess_attempt::handle))
        .route("/v1/attempts/{attempt}/open", post(open_attempt::handle))
        .route("/v1/devices/acknowledge", post(acknowledge_device::handle))
        .route("/v1/devices/compare", post(compare_device::handle))
        .route("/v1/devices/list", post(list_devices::handle))
        .route("/v1/devices/remove", post(remove_device::handle))
        .route("/v1/factors/passkeys/begin", post(begin_passkey::handle))
        .route("/v1/factors/passkeys/finish", post(finish_passkey::handle))
        .route("/v1/factors/cancel", post(cancel_factor::handle))
        .route("/v1/factors/list", post(list_factors::handle))
        .route("/v1/factors/recovery-codes/issue", post(issue_recovery_codes::handle))
        .route("/v1/factors/remove", post(remove_factor::handle))
        .route("/v1/factors/totp/begin", post(begin_totp::handle))
        .route("/v1/factors/totp/finish", post(finish_totp::handle))
        .route("/v1/jwks.json", get(read_key_set::handle))
        .route("/v1/step-ups/begin", post(begin_step_up::handle))
        .route("/v1/verdicts/redeem", post(redeem_verdict::handle))
        .with_state(state);
    surround(endpoints, &services)
}
