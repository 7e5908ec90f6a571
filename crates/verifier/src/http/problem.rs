//! Problems on their way out (RFC 9457).

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use login_guard_protocol::problem::ProblemCode;

use crate::attempts::Reply;
use crate::problem::Problem;

/// The content type of problems.
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = answer(self.code.status(), self.to_json().to_string().into_bytes());
        // RFC 9110 section 11.6.1: a 401 says how to authenticate; this one alone is about authentication by key
        if matches!(self.code, ProblemCode::ApiKeyMissing | ProblemCode::ApiKeyInvalid) {
            let challenge = HeaderValue::from_static("Bearer realm=\"login-guard\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.members.get("retry_after_s").and_then(serde_json::Value::as_u64) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self.code);
        response
    }
}

/// A body of JSON as it stands: a problem unless the status is a success.
pub fn answer(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = if status.is_success() { HeaderValue::from_static("application/json") } else { PROBLEM_JSON };
    let mut response = (status, [(CONTENT_TYPE, content_type)], body).into_response();
    if status == StatusCode::UNAUTHORIZED {
        // RFC 9110 section 15.5.2 asks for one; this 401 is about the person's device, not about the API key
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("LoginGuard"));
    }
    response
}

/// A stored reply as it stands; a device that is none of the account's is named in the log's line too.
pub fn answer_reply(reply: Reply) -> Response {
    let mut response = answer(reply.status, reply.body.into_bytes());
    if reply.status == ProblemCode::DeviceUnknown.status() {
        response.extensions_mut().insert(ProblemCode::DeviceUnknown);
    }
    response
}

/// Answers for paths that are not.
pub async fn not_found() -> Problem {
    Problem::new(ProblemCode::NotFound)
}

/// Answers for methods that a path does not have; the router adds `Allow`.
pub async fn method_not_allowed() -> Problem {
    Problem::new(ProblemCode::MethodNotAllowed)
}
