//! `GET /login-guard/healthz` and `GET /login-guard/readyz`.

use std::sync::Arc;

use axum::extract::State;
use serde_json::Value;

use super::BrowserState;
use crate::http::health;
use crate::http::json::Answer;
use crate::problem::Problem;

pub(super) use crate::http::health::live;

pub(super) async fn ready(State(state): State<Arc<BrowserState>>) -> Result<Answer<Value>, Problem> {
    health::ready(&*state.services.store, state.equipment).await
}
