//! `POST /v1/approvals/pending`: how many requests wait, so that a page knows when to ask for the list.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BackendState;
use crate::approvals::list::{self, PendingResponse};
use crate::http::api_key::LoginCaller;
use crate::http::json::{Answer, JsonBytes};
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BackendState>>,
    LoginCaller(caller): LoginCaller,
    body: JsonBytes,
) -> Result<Answer<PendingResponse>, Problem> {
    let response = list::pending(&state.services, &caller, body.parse()?).await?;
    Ok(Answer(StatusCode::OK, response))
}
