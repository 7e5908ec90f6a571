//! `GET /login-guard/jwks.json`: the public keys of verdict tokens.

use std::sync::Arc;

use axum::extract::State;
use serde_json::Value;

use super::BrowserState;
use crate::http::json::Answer;
use crate::http::jwks::key_set;

pub(super) async fn handle(State(state): State<Arc<BrowserState>>) -> Answer<Value> {
    key_set(&state.services)
}
