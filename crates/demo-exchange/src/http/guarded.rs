//! What guards every page: foreign posts and hosts are refused, and every answer carries the security headers.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::cookies;
use crate::app::App;
use crate::pages::language::{self, Language};

/// The policy that all of login-guard works under.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data:; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Headers of every answer. No HSTS: on localhost it would reach the other programs on this machine.
const HEADERS: [(HeaderName, &str); 8] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // not "no-referrer": browsers would then post forms with the origin "null" (Fetch, append a request Origin header)
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (CACHE_CONTROL, "no-store"),
];

/// Adds each header that an answer does not bring itself.
pub(super) async fn add_headers(request: Request, next: Next) -> Response {
    let asked = Language::asked(request.uri().query());
    let mut response = next.run(request).await;
    if let Some(language) = asked {
        let cookie = format!("{}={}; Path=/; SameSite=Lax; Max-Age=31536000", language::COOKIE, language.tag());
        cookies::append(&mut response, &cookie);
    }
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Refuses what changes something unless one of our own pages asked: the origin must be ours, and there must be one.
pub(super) async fn refuse_foreign_posts(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || app.origins.is_own_page(request.headers()) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "this request did not come from one of our pages\n").into_response()
}

/// Answers only under our own hosts: a page whose name was made to lead here (DNS rebinding) would else read as ours.
pub(super) async fn refuse_foreign_hosts(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if app.origins.is_own_host(request.uri(), request.headers()) {
        return next.run(request).await;
    }
    (StatusCode::MISDIRECTED_REQUEST, "this host is not one of ours\n").into_response()
}
