//! `POST /v1/accounts/restart-probation`: password or contacts changed, all devices are on probation.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use login_guard_protocol::{Digest, Transcript};

use super::BackendState;
use crate::attempts::caller::Caller;
use crate::devices::restart;
use crate::http::api_key::LoginCaller;
use crate::http::json::JsonBytes;
use crate::http::problem::answer_reply;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BackendState>>,
    LoginCaller(caller): LoginCaller,
    body: JsonBytes,
) -> Result<Response, Problem> {
    let digest = request_digest(&caller, &body.0);
    Ok(answer_reply(restart::restart(&state.services, &caller, &body.parse()?, digest).await?))
}

/// What makes two requests the same one: the API key and every byte of the body, which names the attempt.
fn request_digest(caller: &Caller, body: &[u8]) -> Digest {
    Transcript::new("login-guard/devices-restart-request/v1").part(caller.api_key.as_bytes()).part(body).digest()
}
