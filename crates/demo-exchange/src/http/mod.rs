//! The exchange's endpoints.
//!
//! May import: every other room. `flow` is the log-in itself, shared by the form (`login`) and the script (`login_json`);
//! `guarded` keeps foreign pages and hosts out and adds the security headers. To add an endpoint: a handler in a file of its own, a
//! line in [`router`].

mod account;
pub mod cookies;
mod device;
mod flow;
mod guarded;
mod inbox;
mod login;
mod login_json;
pub mod origins;
mod owner;
mod visitor;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::pages;
use crate::pages::language::Language;

/// Longest time for any answer to begin.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Largest form or JSON body, in bytes: a proof's field has at most 18 KiB.
const BODY_BYTES: usize = 48 * 1024;

/// All endpoints.
pub fn router(app: Arc<App>) -> Router {
    let own = Router::new()
        .route("/", get(landing))
        .route("/account", get(account::show))
        .route("/account/cancel", post(account::cancel))
        .route("/account/device", post(device::compare))
        .route("/account/trade", post(account::trade))
        .route("/account/transfer", post(account::transfer))
        .route("/account/withdraw", post(account::withdraw))
        .route("/api/login", post(login_json::begin))
        .route("/api/login/finish", post(login_json::finish))
        .route("/demo/{file}", get(asset))
        .route("/favicon.ico", get(favicon))
        .route("/healthz", get(health))
        .route("/readyz", get(ready))
        .route("/inbox", get(inbox::show))
        .route("/inbox.json", get(inbox::list))
        .route("/login", get(login::show).post(login::begin))
        .route("/login/confirm", get(login::confirm))
        .route("/login/finish", post(login::finish))
        .route("/login/json", get(login_json::show))
        .route("/logout", post(account::log_out))
        .merge(owner_routes())
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guarded::refuse_foreign_posts));
    Router::new()
        .route("/login-guard/{*rest}", any(pass))
        .merge(own)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIME_LIMIT))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guarded::refuse_foreign_hosts))
        .layer(middleware::from_fn(guarded::add_headers))
        .with_state(app)
}

/// What pages of the account may ask the verifier for.
fn owner_routes() -> Router<Arc<App>> {
    let routes = Router::new();
    owner::PATHS.iter().fold(routes, |routes, path| routes.route(&format!("/account{path}"), post(owner::pass)))
}

async fn landing(language: Language) -> Response {
    pages::landing(language).into_response()
}

async fn asset(State(app): State<Arc<App>>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    app.assets.answer(&file, &headers)
}

async fn favicon(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    app.assets.answer("mark.svg", &headers)
}

async fn health() -> Response {
    Json(serde_json::json!({"status": "ok"})).into_response()
}

/// 200 when a log-in page could be shown: the database and the verifier answer.
async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.store.mails().await.is_ok() && app.manifest.integrity().await.is_ok() {
        return health().await;
    }
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

async fn not_found(language: Language) -> Response {
    (StatusCode::NOT_FOUND, pages::not_found(language)).into_response()
}

async fn pass(State(app): State<Arc<App>>, ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request) -> Response {
    app.proxy.pass(request, peer.ip()).await
}
