//! Bodies: JSON of the documented shape, or a problem that names the member and never a value.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{VERSION, limits};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// How long a body may take to arrive. 32 KiB take a second on the slowest of mobile networks.
const ARRIVAL: Duration = Duration::from_secs(10);

/// The exact bytes of a body whose content type is JSON and whose size is within the limit.
#[derive(Clone, Debug)]
pub struct JsonBytes(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBytes {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        check_content_type(request.headers())?;
        // the router's limit is limits::BODY_BYTES; it holds for bodies without a stated length too
        match tokio::time::timeout(ARRIVAL, Bytes::from_request(request, state)).await {
            Ok(Ok(bytes)) => Ok(Self(bytes)),
            Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem::new(ProblemCode::BodyTooLarge).detail(format!("at most {} bytes", limits::BODY_BYTES)))
            }
            Ok(Err(_)) => Err(invalid("the body broke off")),
            Err(_) => Err(invalid("the body did not arrive in time")),
        }
    }
}

impl JsonBytes {
    /// Parses the body of a backend request, which carries no version.
    ///
    /// # Errors
    /// `body-invalid`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        parse(&self.0)
    }
}

/// What every version's body has.
#[derive(serde::Deserialize)]
struct Version {
    v: u64,
}

/// The body of a browser request, of protocol version 1.
#[derive(Clone, Debug)]
pub struct Versioned<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Versioned<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let JsonBytes(bytes) = JsonBytes::from_request(request, state).await?;
        // the version first: a body of another version may have any shape
        let Version { v } = parse(&bytes)?;
        if v != u64::from(VERSION) {
            return Err(Problem::new(ProblemCode::VersionUnknown));
        }
        parse(&bytes).map(Self)
    }
}

/// An answer of JSON with a status.
#[derive(Clone, Debug)]
pub struct Answer<T>(pub StatusCode, pub T);

impl<T: serde::Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.1) {
            Ok(body) => {
                let json = HeaderValue::from_static("application/json");
                (self.0, [(CONTENT_TYPE, json)], Body::from(body)).into_response()
            }
            Err(error) => {
                tracing::error!(json.column = error.column(), "an answer could not be written");
                Problem::new(ProblemCode::Internal).into_response()
            }
        }
    }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(ProblemCode::ContentType.into());
    };
    let mut parts = value.to_str().unwrap_or_default().split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    // RFC 8259 section 11 defines no parameter; clients send this one, and it must not say another encoding
    let plain =
        parts.all(|part| part.eq_ignore_ascii_case("charset=utf-8") || part.eq_ignore_ascii_case("charset=\"utf-8\""));
    if is_json && plain { Ok(()) } else { Err(ProblemCode::ContentType.into()) }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| describe(&error))?;
    json.end().map_err(|_| invalid("expected one JSON object"))?;
    Ok(value)
}

/// Says which member is wrong and in which way. The library's own message repeats values, so only its beginning is used.
fn describe(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let cause = error.inner();
    if !cause.is_data() {
        return invalid("expected JSON");
    }
    let message = cause.to_string();
    let mut member = sanitize(&error.path().to_string());
    for (beginning, way) in [
        ("missing field", "missing"),
        ("unknown field", "not a member that is known here"),
        ("duplicate field", "there more than once"),
        ("invalid type", "of the wrong type"),
    ] {
        if message.starts_with(beginning) {
            // the path ends at the object; a missing or repeated member's name is one of ours, from the program
            if matches!(beginning, "missing field" | "duplicate field")
                && let Some(name) = message.split('`').nth(1)
            {
                member = if member == "body" { name.to_owned() } else { format!("{member}.{name}") };
            }
            return invalid(&format!("{member}: {way}"));
        }
    }
    invalid(&format!("{member}: not of the documented form"))
}

/// The path if it looks like one of ours; clients choose the names of unknown members.
fn sanitize(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'[' | b']');
    if path == "." {
        "body".to_owned()
    } else if (1..=limits::WORD_BYTES).contains(&path.len()) && path.bytes().all(plain) {
        path.to_owned()
    } else {
        "a member".to_owned()
    }
}

fn invalid(detail: &str) -> Problem {
    Problem::new(ProblemCode::BodyInvalid).detail(detail)
}

#[cfg(test)]
mod tests;
