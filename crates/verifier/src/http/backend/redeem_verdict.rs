//! `POST /v1/verdicts/redeem`: the only way to a session after a challenge.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BackendState;
use crate::attempts::AllowResponse;
use crate::http::api_key::LoginCaller;
use crate::http::json::{Answer, JsonBytes};
use crate::problem::Problem;
use crate::tokens;

pub(super) async fn handle(
    State(state): State<Arc<BackendState>>,
    LoginCaller(caller): LoginCaller,
    body: JsonBytes,
) -> Result<Answer<AllowResponse>, Problem> {
    let response = tokens::redeem(&state.services, &caller, body.parse()?).await?;
    Ok(Answer(StatusCode::OK, response))
}
