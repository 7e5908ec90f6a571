//! `POST /v1/attempts/{attempt}/open`: may the password be checked?

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BackendState;
use crate::attempts::{self, OpenResponse};
use crate::http::api_key::LoginCaller;
use crate::http::attempt::PathAttempt;
use crate::http::json::{Answer, JsonBytes};
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BackendState>>,
    LoginCaller(caller): LoginCaller,
    PathAttempt(attempt): PathAttempt,
    body: JsonBytes,
) -> Result<Answer<OpenResponse>, Problem> {
    let response = attempts::open(&state.services, &caller, attempt, body.parse()?).await?;
    Ok(Answer(StatusCode::OK, response))
}
