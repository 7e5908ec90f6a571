//! The backend listener: private, for the exchange's back end, under `/v1/`.

mod assess_attempt;
mod begin_passkey;
mod begin_step_up;
mod compare_device;
mod finish_passkey;
mod open_attempt;
mod read_health;
mod read_key_set;
mod redeem_verdict;
mod report_external;
mod release_value;

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
        .route("/v1/attempts/{attempt}/assess", post(assess_attempt::handle))
        .route("/v1/attempts/{attempt}/open", post(open_attempt::handle))
        .route("/v1/devices/compare", post(compare_device::handle))
        .route("/v1/factors/passkeys/begin", post(begin_passkey::handle))
        .route("/v1/factors/passkeys/finish", post(finish_passkey::handle))
        .route("/v1/jwks.json", get(read_key_set::handle))
        .route("/v1/step-ups/begin", post(begin_step_up::handle))
        .route("/v1/verdicts/redeem", post(redeem_verdict::handle))
        .with_state(state);
    surround(endpoints, &services)
}
