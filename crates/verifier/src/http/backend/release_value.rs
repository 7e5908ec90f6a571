//! `POST /v1/accounts/release-value`: staff lift the freeze of an account's value.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BackendState;
use crate::freeze::{self, ReleaseResponse};
use crate::http::api_key::ReleaseCaller;
use crate::http::json::{Answer, JsonBytes};
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BackendState>>,
    ReleaseCaller(caller): ReleaseCaller,
    body: JsonBytes,
) -> Result<Answer<ReleaseResponse>, Problem> {
    let response = freeze::release_value(&state.services, &caller, body.parse()?).await?;
    Ok(Answer(StatusCode::OK, response))
}
