//! The inbox, for eyes and for scripts. A demo's stand-in for everybody's mail program, so it asks nobody who they are.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::pages;
use crate::pages::language::Language;

/// `GET /inbox`.
pub(super) async fn show(State(app): State<Arc<App>>, language: Language) -> Response {
    match app.store.mails().await {
        Ok(mails) => pages::inbox::page(language, &mails).into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, pages::unavailable(language)).into_response(),
    }
}

/// `GET /inbox.json`.
pub(super) async fn list(State(app): State<Arc<App>>) -> Response {
    match app.store.mails().await {
        Ok(mails) => Json(mails).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
