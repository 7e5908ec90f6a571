//! The public keys that verdict tokens verify with (RFC 7517). For offline readers, who must not make sessions from it.

use axum::http::StatusCode;
use serde_json::Value;

use super::json::Answer;
use crate::services::Services;

/// The live keys, one or two.
pub fn key_set(services: &Services) -> Answer<Value> {
    Answer(StatusCode::OK, services.signer.jwks())
}
