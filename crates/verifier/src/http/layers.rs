//! What goes around every request: a log line, an end to waiting, panics caught, security headers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{base64url, limits};

use super::problem::{method_not_allowed, not_found};
use crate::entropy::make_bytes;
use crate::problem::Problem;
use crate::services::Services;

/// How long one request may take. A mail server may take a while; a back end waits no longer than this either.
const PATIENCE: Duration = Duration::from_secs(90);

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer that does not bring its own. Answers are data: nothing in them runs or is framed.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 5] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// Puts everything around a listener's table of endpoints; the last line is the outermost.
pub fn surround(endpoints: Router, services: &Arc<Services>) -> Router {
    endpoints
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(from_fn(finish))
        .layer(map_response(secure))
        .layer(from_fn_with_state(Arc::clone(services), observe))
}

/// Runs the request to its end in a task of its own.
///
/// A browser that goes away does not cut a request between a mail and its record; a panic ends the task and nothing else.
async fn finish(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, tokio::spawn(next.run(request))).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Problem::new(ProblemCode::Internal).into_response(),
        Err(_) => Problem::new(ProblemCode::StoreUnavailable).into_response(),
    }
}

async fn secure(mut response: Response) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(value);
    }
    response
}

/// One log line for each request. The path is the endpoint's pattern, never what was asked for; no header and no body.
async fn observe(State(services): State<Arc<Services>>, request: Request, next: Next) -> Response {
    let begun = services.clock.now();
    let id = make_bytes::<9>(&*services.entropy).map(|bytes| base64url::encode(&bytes)).unwrap_or_default();
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    tracing::info!(
        http.method = known_method(&method),
        http.path = path.as_ref().map_or("none", MatchedPath::as_str),
        http.status = response.status().as_u16(),
        http.duration_ms = services.clock.now().millis_since(begun),
        http.request_id = id,
        problem.code = response.extensions().get::<ProblemCode>().map(|code| code.code()),
        "request",
    );
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The method's word, if it is one of HTTP's; clients may send any.
fn known_method(method: &axum::http::Method) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
        .into_iter()
        .find(|known| method.as_str() == *known)
        .unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn bug() -> StatusCode {
        panic!("a bug that a test asks for")
    }

    #[tokio::test]
    async fn panic_is_a_problem_and_the_next_request_is_answered() {
        let router = Router::new().route("/bug", get(bug)).route("/fine", get(|| async {})).layer(from_fn(finish));
        for (path, status, code) in [("/bug", 500, Some(ProblemCode::Internal)), ("/fine", 200, None)] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.extensions().get::<ProblemCode>().copied(), code, "{path}");
        }
    }

    #[test]
    fn only_known_methods_are_logged() {
        assert_eq!(known_method(&axum::http::Method::POST), "POST");
        assert_eq!(known_method(&axum::http::Method::from_bytes(b"HUNTER2").unwrap()), "other");
    }
}
