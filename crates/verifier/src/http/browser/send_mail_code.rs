//! `POST /login-guard/attempts/{attempt}/confirmations/mail-code/send`: the person asked for a code.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BrowserState;
use crate::confirm::mail_code::{self, SendRequest, SendResponse};
use crate::http::attempt::PathAttempt;
use crate::http::json::{Answer, Versioned};
use crate::http::origin::FromPage;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BrowserState>>,
    FromPage(page): FromPage,
    PathAttempt(attempt): PathAttempt,
    Versioned(request): Versioned<SendRequest>,
) -> Result<Answer<SendResponse>, Problem> {
    let response = mail_code::send(&state.services, &page, attempt, request).await?;
    Ok(Answer(StatusCode::ACCEPTED, response))
}
