//! `POST /login-guard/attempts`: a login name was typed.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::BrowserState;
use crate::attempts::{self, BeginRequest, BeginResponse};
use crate::http::json::{Answer, Versioned};
use crate::http::origin::FromPage;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BrowserState>>,
    FromPage(page): FromPage,
    Versioned(request): Versioned<BeginRequest>,
) -> Result<Answer<BeginResponse>, Problem> {
    let response = attempts::begin(&state.services, &page, request).await?;
    Ok(Answer(StatusCode::CREATED, response))
}
