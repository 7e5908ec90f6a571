//! `GET /v1/jwks.json`: the public keys of verdict tokens.

use std::sync::Arc;

use axum::extract::State;
use serde_json::Value;

use super::BackendState;
use crate::http::json::Answer;
use crate::http::jwks::key_set;

pub(super) async fn handle(State(state): State<Arc<BackendState>>) -> Answer<Value> {
    key_set(&state.services)
}
