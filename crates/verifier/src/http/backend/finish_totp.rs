//! `POST /v1/factors/totp/finish`: the owner's app shows a code, the second step.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::BackendState;
use crate::factors::totp;
use crate::http::api_key::LoginCaller;
use crate::http::json::JsonBytes;
use crate::http::problem::answer_reply;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BackendState>>,
    LoginCaller(caller): LoginCaller,
    body: JsonBytes,
) -> Result<Response, Problem> {
    Ok(answer_reply(totp::finish(&state.services, &caller, body.parse()?).await?))
}
