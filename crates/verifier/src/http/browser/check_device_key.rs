//! `POST /login-guard/attempts/{attempt}/confirmations/device-key/check`: the page holds a key that the account knows.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BrowserState;
use crate::confirm::ConfirmedResponse;
use crate::confirm::device_key::{self, DeviceKeyRequest};
use crate::http::attempt::PathAttempt;
use crate::http::json::{Answer, Versioned};
use crate::http::origin::FromPage;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BrowserState>>,
    FromPage(page): FromPage,
    PathAttempt(attempt): PathAttempt,
    Versioned(request): Versioned<DeviceKeyRequest>,
) -> Result<Answer<ConfirmedResponse>, Problem> {
    let response = device_key::check(&state.services, &page, attempt, request).await?;
    Ok(Answer(StatusCode::OK, response))
}
