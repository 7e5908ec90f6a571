//! What changed on the device of a session: asked by the inspector on the account page, for whoever is logged in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::cookies;
use crate::app::App;
use crate::store::LoggedIn;
use crate::verifier::{Compare, Comparison};

/// The body of `POST /account/device`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceBody {
    proof: String,
}

/// `POST /account/device`. Account and name are the session's: the page brings nothing but a proof.
pub(super) async fn compare(
    State(app): State<Arc<App>>,
    who: LoggedIn,
    headers: HeaderMap,
    body: Result<Json<DeviceBody>, JsonRejection>,
) -> Response {
    let Ok(Json(body)) = body else { return problem(StatusCode::BAD_REQUEST, "body-invalid") };
    let compare = Compare {
        account: who.account,
        login_name: who.login_name,
        proof: body.proof,
        device_cookie: cookies::find(&headers, cookies::DEVICE).map(str::to_owned),
    };
    match app.verifier.compare(&compare).await {
        Ok(Comparison::Told(told)) => Json(told).into_response(),
        Ok(Comparison::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            problem(status, &refusal.code)
        }
        Err(_) => problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    }
}

fn problem(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({"code": code}))).into_response()
}
