//! `POST /login-guard/attempts/{attempt}/confirmations/approval/check`: the page fetches the owner's answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BrowserState;
use crate::confirm::ConfirmedResponse;
use crate::confirm::approval::{self, StepRequest};
use crate::http::attempt::PathAttempt;
use crate::http::json::{Answer, Versioned};
use crate::http::origin::FromPage;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BrowserState>>,
    FromPage(page): FromPage,
    PathAttempt(attempt): PathAttempt,
    Versioned(request): Versioned<StepRequest>,
) -> Result<Answer<ConfirmedResponse>, Problem> {
    let response = approval::check(&state.services, &page, attempt, request).await?;
    Ok(Answer(StatusCode::OK, response))
}
