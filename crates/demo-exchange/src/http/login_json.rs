//! The log-in by script: the same steps over JSON.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::flow::{self, Stands, Step, Typed, Why};
use super::visitor::Visitor;
use super::{cookies, login};
use crate::app::App;
use crate::pages;
use crate::pages::language::Language;

/// The body of `POST /api/login`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoginBody {
    account: String,
    password: String,
    #[serde(default)]
    proof: String,
}

/// The body of `POST /api/login/finish`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FinishBody {
    verdict: String,
}

/// `GET /login/json`.
pub(super) async fn show(State(app): State<Arc<App>>, language: Language) -> Response {
    match app.manifest.integrity().await {
        Ok(integrity) => pages::login::script_form(language, &integrity).into_response(),
        Err(_) => login::unavailable(language),
    }
}

/// `POST /api/login`.
pub(super) async fn begin(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    language: Language,
    headers: HeaderMap,
    body: Result<Json<LoginBody>, JsonRejection>,
) -> Response {
    let Ok(Json(body)) = body else { return malformed() };
    let typed = Typed { login_name: body.account, password: Zeroizing::new(body.password), proof: body.proof };
    answer(flow::begin(&app, &Visitor { peer, headers: &headers }, typed, language).await)
}

/// `POST /api/login/finish`.
pub(super) async fn finish(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Json<FinishBody>, JsonRejection>,
) -> Response {
    let Ok(Json(body)) = body else { return malformed() };
    answer(flow::finish(&app, &Visitor { peer, headers: &headers }, body.verdict).await)
}

fn answer(step: Step) -> Response {
    let mut response = match step.stands {
        Stands::In(token) => {
            let mut response = Json(json!({"next": "/account"})).into_response();
            cookies::set_session(&mut response, &token);
            cookies::clear(&mut response, cookies::HALF_SESSION);
            response
        }
        Stands::Challenged(token, challenge) => {
            let body = json!({"code": "confirmation-required", "challenge": challenge});
            let mut response = problem(StatusCode::UNAUTHORIZED, body);
            cookies::set_half_session(&mut response, &token);
            response
        }
        Stands::Out(why) => {
            let (status, code) = told(&why);
            let reference = if let Why::Refused { reference } = why { reference } else { None };
            problem(status, json!({"code": code, "reference": reference}))
        }
    };
    cookies::copy(&mut response, &step.set_cookies);
    response
}

fn told(why: &Why) -> (StatusCode, &'static str) {
    match why {
        Why::Again => (StatusCode::CONFLICT, "again"),
        Why::Incomplete => (StatusCode::BAD_REQUEST, "incomplete"),
        Why::NotConfirmed => (StatusCode::FORBIDDEN, "not-confirmed"),
        Why::NoProof => (StatusCode::BAD_REQUEST, "proof-missing"),
        Why::ProofRefused => (StatusCode::FORBIDDEN, "proof-refused"),
        Why::Refused { .. } => (StatusCode::FORBIDDEN, "login-refused"),
        Why::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    }
}

fn malformed() -> Response {
    problem(StatusCode::BAD_REQUEST, json!({"code": "body-invalid"}))
}

fn problem(status: StatusCode, body: Value) -> Response {
    (status, Json(body)).into_response()
}
