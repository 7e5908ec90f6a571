//! The browser listener: public, behind the login origin's reverse proxy, under `/login-guard/`.

mod begin_attempt;
mod check_approval;
mod check_device_key;
mod check_external;
mod check_mail_code;
mod check_passkey;
mod check_recovery_code;
mod check_totp;
mod hand_over_cookie;
mod read_asset;
mod read_health;
mod read_key_set;
mod request_approval;
mod send_mail_code;
mod watch_approval;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use tokio::sync::watch;

use super::address::AddressSource;
use super::assets::Assets;
use super::health::Equipment;
use super::layers::surround;
use super::origin::Origins;
use super::streams::Streams;
use crate::services::Services;

/// What the endpoints of this listener share.
#[derive(Debug)]
pub struct BrowserState {
    /// The parts behind the calls.
    pub services: Arc<Services>,
    /// Which platform an origin belongs to.
    pub origins: Origins,
    /// Where the client's address comes from.
    pub addresses: AddressSource,
    /// The browser's files.
    pub assets: Assets,
    /// Who listens for events.
    pub streams: Streams,
    /// Turns true when the service stops.
    pub stop: watch::Receiver<bool>,
    /// What the service was started with.
    pub equipment: Equipment,
}

/// The table of endpoints.
pub fn router(state: Arc<BrowserState>) -> Router {
    let services = Arc::clone(&state.services);
    let endpoints = Router::new()
        .route("/login-guard/attempts", post(begin_attempt::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/approval/check", post(check_approval::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/approval/events", get(watch_approval::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/approval/request", post(request_approval::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/device-key/check", post(check_device_key::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/external/check", post(check_external::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/mail-code/check", post(check_mail_code::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/mail-code/send", post(send_mail_code::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/passkey/check", post(check_passkey::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/recovery-code/check", post(check_recovery_code::handle))
        .route("/login-guard/attempts/{attempt}/confirmations/totp/check", post(check_totp::handle))
        .route("/login-guard/attempts/{attempt}/cookie", post(hand_over_cookie::handle))
        .route("/login-guard/healthz", get(read_health::live))
        .route("/login-guard/jwks.json", get(read_key_set::handle))
        .route("/login-guard/readyz", get(read_health::ready))
        .route("/login-guard/{file}", get(read_asset::handle))
        .with_state(state);
    surround(endpoints, &services)
}
