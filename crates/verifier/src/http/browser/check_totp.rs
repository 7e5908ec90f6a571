//! `POST /login-guard/attempts/{attempt}/confirmations/totp/check`: the person typed a code of an authenticator app.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BrowserState;
use crate::confirm::totp;
use crate::confirm::{CodeRequest, ConfirmedResponse};
use crate::http::attempt::PathAttempt;
use crate::http::json::{Answer, Versioned};
use crate::http::origin::FromPage;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BrowserState>>,
    FromPage(page): FromPage,
    PathAttempt(attempt): PathAttempt,
    Versioned(request): Versioned<CodeRequest>,
) -> Result<Answer<ConfirmedResponse>, Problem> {
    let response = totp::check(&state.services, &page, attempt, request).await?;
    Ok(Answer(StatusCode::OK, response))
}
