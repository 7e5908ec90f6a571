//! `/login-guard/…`, passed on to the verifier's browser listener as any reverse proxy would.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    ORIGIN, USER_AGENT,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use http_body_util::Limited;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;

/// How long the verifier may take to begin its answer.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Largest request body that is passed on, in bytes: twice what the verifier takes, so that it says so itself.
const BODY_BYTES: usize = 64 * 1024;
/// Request headers that are passed on; nothing else a client writes reaches the verifier.
const PASSED: [HeaderName; 14] = [
    ACCEPT,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    ORIGIN,
    USER_AGENT,
    HeaderName::from_static("sec-fetch-dest"),
    HeaderName::from_static("sec-fetch-mode"),
    HeaderName::from_static("sec-fetch-site"),
    HeaderName::from_static("sec-fetch-user"),
    HeaderName::from_static("if-match"),
];
/// Headers of one connection only (RFC 9110 section 7.6.1); the server here writes its own.
const HOP_BY_HOP: [HeaderName; 6] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];
/// The address of the client, overwritten: what a client writes there is dropped.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The browser listener behind the proxy.
#[derive(Debug)]
pub struct Proxy {
    client: Client<HttpConnector, Body>,
    base: String,
}

impl Proxy {
    /// Passes on to the listener at this address (`http://host:port`).
    pub fn new(client: Client<HttpConnector, Body>, base: &str) -> Self {
        Self { client, base: base.trim_end_matches('/').to_owned() }
    }

    /// Passes one request on, and its answer back.
    pub async fn pass(&self, request: Request, peer: IpAddr) -> Response {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let Ok(uri) = format!("{}{path}", self.base).parse::<Uri>() else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        let mut onward = Request::new(Body::new(Limited::new(body, BODY_BYTES)));
        *onward.method_mut() = parts.method;
        *onward.uri_mut() = uri;
        *onward.headers_mut() = passed_headers(&parts.headers, peer);
        let answered = tokio::time::timeout(TIME_LIMIT, self.client.request(onward)).await;
        let Ok(Ok(answer)) = answered else {
            tracing::warn!("the verifier's browser listener gave no answer");
            return unreachable_verifier();
        };
        let mut answer = answer.map(Body::new);
        for name in HOP_BY_HOP {
            answer.headers_mut().remove(name);
        }
        answer
    }
}

/// Not one of the verifier's problems: `unreachable` is the word that the guard script has for this itself.
fn unreachable_verifier() -> Response {
    let problem =
        r#"{"type":"about:blank","title":"the verifier cannot be reached","status":503,"code":"unreachable"}"#;
    let headers = [(CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, problem).into_response()
}

fn passed_headers(from: &HeaderMap, peer: IpAddr) -> HeaderMap {
    let mut to = HeaderMap::new();
    for name in PASSED {
        for value in from.get_all(&name) {
            to.append(name.clone(), value.clone());
        }
    }
    // the exchange's own session is none of the verifier's business
    let cookies = crate::http::cookies::all(from)
        .filter(|(name, value)| name.starts_with("__Host-lg-") && name.is_ascii() && value.is_ascii());
    let cookies: Vec<_> = cookies.map(|(name, value)| format!("{name}={value}")).collect();
    if let (false, Ok(value)) = (cookies.is_empty(), HeaderValue::from_str(&cookies.join("; "))) {
        to.insert(COOKIE, value);
    }
    if let Ok(value) = HeaderValue::from_str(&peer.to_string()) {
        to.insert(FORWARDED_FOR, value);
    }
    to
}
