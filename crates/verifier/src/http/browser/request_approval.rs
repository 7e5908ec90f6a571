//! `POST /login-guard/attempts/{attempt}/confirmations/approval/request`: the person asks for approval.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BrowserState;
use crate::confirm::approval::{self, RequestedResponse, StepRequest};
use crate::http::attempt::PathAttempt;
use crate::http::json::{Answer, Versioned};
use crate::http::origin::FromPage;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BrowserState>>,
    FromPage(page): FromPage,
    PathAttempt(attempt): PathAttempt,
    Versioned(request): Versioned<StepRequest>,
) -> Result<Answer<RequestedResponse>, Problem> {
    let response = approval::request(&state.services, &page, attempt, request).await?;
    Ok(Answer(StatusCode::OK, response))
}
