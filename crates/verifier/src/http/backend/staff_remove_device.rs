//! `POST /v1/accounts/remove-device`: staff remove what an owner cannot.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BackendState;
use crate::factors::staff::{self, RemovedResponse};
use crate::http::api_key::ReleaseCaller;
use crate::http::json::{Answer, JsonBytes};
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BackendState>>,
    ReleaseCaller(caller): ReleaseCaller,
    body: JsonBytes,
) -> Result<Answer<RemovedResponse>, Problem> {
    let response = staff::remove_device(&state.services, &caller, body.parse()?).await?;
    Ok(Answer(StatusCode::OK, response))
}
