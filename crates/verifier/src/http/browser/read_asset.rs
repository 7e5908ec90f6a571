//! `GET /login-guard/{file}`: the browser's files.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use login_guard_protocol::problem::ProblemCode;

use super::BrowserState;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BrowserState>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asset = state.assets.find(&name).ok_or(Problem::new(ProblemCode::NotFound))?;
    Ok(asset.answer(&headers))
}
