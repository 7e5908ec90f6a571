//! `GET /healthz` and `GET /readyz`.

use std::sync::Arc;

use axum::extract::State;
use serde_json::Value;

use super::BackendState;
use crate::http::health;
use crate::http::json::Answer;
use crate::problem::Problem;

pub(super) use crate::http::health::live;

pub(super) async fn ready(State(state): State<Arc<BackendState>>) -> Result<Answer<Value>, Problem> {
    health::ready(&*state.services.store, state.equipment).await
}
