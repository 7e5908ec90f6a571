//! `POST /v1/attempts/{attempt}/confirmations/external`: the exchange has checked a factor of its own.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BackendState;
use crate::confirm::external::{self, ReportResponse};
use crate::http::api_key::ConfirmCaller;
use crate::http::attempt::PathAttempt;
use crate::http::json::{Answer, JsonBytes};
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BackendState>>,
    ConfirmCaller(caller): ConfirmCaller,
    PathAttempt(attempt): PathAttempt,
    body: JsonBytes,
) -> Result<Answer<ReportResponse>, Problem> {
    let response = external::report(&state.services, &caller, attempt, body.parse()?).await?;
    Ok(Answer(StatusCode::OK, response))
}
