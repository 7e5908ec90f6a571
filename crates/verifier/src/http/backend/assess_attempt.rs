//! `POST /v1/attempts/{attempt}/assess`: the verdict.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AttemptId, Digest, Transcript};

use super::BackendState;
use crate::attempts;
use crate::attempts::caller::Caller;
use crate::http::api_key::LoginCaller;
use crate::http::attempt::PathAttempt;
use crate::http::json::JsonBytes;
use crate::http::problem::answer;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BackendState>>,
    LoginCaller(caller): LoginCaller,
    PathAttempt(attempt): PathAttempt,
    body: JsonBytes,
) -> Result<Response, Problem> {
    let digest = request_digest(&caller, attempt, &body.0);
    let reply = attempts::assess(&state.services, &caller, attempt, body.parse()?, digest).await?;
    let mut response = answer(reply.status, reply.body.into_bytes());
    // the log's line names what the stored body says
    if let Some(code) = [ProblemCode::ConfirmationRequired, ProblemCode::LoginRefused]
        .into_iter()
        .find(|code| code.status() == reply.status)
    {
        response.extensions_mut().insert(code);
    }
    Ok(response)
}

/// What makes two requests the same one: the API key, the attempt and every byte of the body.
fn request_digest(caller: &Caller, attempt: AttemptId, body: &[u8]) -> Digest {
    Transcript::new("login-guard/request/v1")
        .part(caller.api_key.as_bytes())
        .part(attempt.as_bytes())
        .part(body)
        .digest()
}
