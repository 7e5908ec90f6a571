//! What an owner does to the ways to confirm: passed on to the verifier with what the session knows. The page brings a proof of
//! its device and what is to be done; whose account it is, it cannot say.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, MatchedPath, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::visitor::Visitor;
use crate::app::App;
use crate::pages::language::Language;
use crate::store::LoggedIn;

/// What pages may ask for, below `/account` here and below `/v1` there.
pub(super) const PATHS: &[&str] = &[
    "/approvals/answer",
    "/approvals/list",
    "/approvals/pending",
    "/devices/acknowledge",
    "/devices/list",
    "/devices/remove",
    "/factors/cancel",
    "/factors/list",
    "/factors/passkeys/begin",
    "/factors/passkeys/finish",
    "/factors/recovery-codes/issue",
    "/factors/remove",
    "/factors/totp/begin",
    "/factors/totp/finish",
    "/step-ups/begin",
];

/// Members that are the session's to say.
const OURS: [&str; 2] = ["account", "owner"];

/// `POST /account/…`, for each of [`PATHS`].
pub(super) async fn pass(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    route: MatchedPath,
    language: Language,
    who: LoggedIn,
    headers: HeaderMap,
    body: Result<Json<Map<String, Value>>, JsonRejection>,
) -> Response {
    let path = route.as_str().strip_prefix("/account").filter(|path| PATHS.contains(path));
    let (Some(path), Ok(Json(mut body))) = (path, body) else {
        return problem(StatusCode::BAD_REQUEST, "body-invalid");
    };
    if OURS.iter().any(|member| body.contains_key(*member)) {
        return problem(StatusCode::BAD_REQUEST, "body-invalid");
    }
    let visitor = Visitor { peer, headers: &headers };
    match body.remove("proof") {
        Some(proof) => {
            let phrase = match app.store.find_account(&who.name).await {
                Ok(account) => account.map(|account| account.phrase),
                Err(_) => return problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            };
            let owner = json!({
                "account": who.account, "login_name": who.login_name, "proof": proof,
                "device_cookie": visitor.device_cookie(), "client": visitor.client_with_agent(),
                "contacts": { "mail": who.mail }, "locale": language.tag(), "anti_phishing_phrase": phrase,
            });
            body.insert("owner".into(), owner);
        }
        // the second step of a ceremony that a proof began
        None => drop(body.insert("account".into(), json!(who.account))),
    }
    match app.verifier.pass_on(&format!("/v1{path}"), &Value::Object(body)).await {
        Ok((status, answer)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            (status, Json(answer)).into_response()
        }
        Err(_) => problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    }
}

fn problem(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({"code": code}))).into_response()
}
