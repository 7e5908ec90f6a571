//! The log-in as a server-rendered form.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Form;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::cookies;
use super::flow::{self, Stands, Step, Typed, Why};
use super::visitor::Visitor;
use crate::app::App;
use crate::pages;
use crate::pages::language::Language;
use crate::pages::login::Notice;

/// The log-in form.
#[derive(Deserialize)]
pub(super) struct LoginForm {
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
    #[serde(default, rename = "login-guard-proof")]
    proof: String,
}

/// The form around the challenge.
#[derive(Deserialize)]
pub(super) struct FinishForm {
    #[serde(default, rename = "login-guard-verdict")]
    verdict: String,
}

/// `GET /login`.
pub(super) async fn show(State(app): State<Arc<App>>, language: Language) -> Response {
    page(&app, language, "", None, StatusCode::OK).await
}

/// `POST /login`.
pub(super) async fn begin(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    language: Language,
    headers: HeaderMap,
    Form(form): Form<LoginForm>,
) -> Response {
    let login_name = form.account.clone();
    let typed = Typed { login_name: form.account, password: Zeroizing::new(form.password), proof: form.proof };
    let step = flow::begin(&app, &Visitor { peer, headers: &headers }, typed, language).await;
    answer(&app, language, &login_name, step).await
}

/// `GET /login/confirm`.
pub(super) async fn confirm(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    language: Language,
    headers: HeaderMap,
) -> Response {
    let integrity = app.manifest.integrity().await;
    match (flow::half_session(&app, &Visitor { peer, headers: &headers }).await, integrity) {
        (Ok(Some((_, half))), Ok(integrity)) => {
            pages::login::confirm(language, &integrity, &half.challenge).into_response()
        }
        (Ok(None), Ok(_)) => Redirect::to("/login").into_response(),
        _ => unavailable(language),
    }
}

/// `POST /login/finish`.
pub(super) async fn finish(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    language: Language,
    headers: HeaderMap,
    Form(form): Form<FinishForm>,
) -> Response {
    let step = flow::finish(&app, &Visitor { peer, headers: &headers }, form.verdict).await;
    answer(&app, language, "", step).await
}

async fn answer(app: &App, language: Language, login_name: &str, step: Step) -> Response {
    let mut response = match step.stands {
        Stands::In(token) => {
            let mut response = Redirect::to("/account").into_response();
            cookies::set_session(&mut response, &token);
            cookies::clear(&mut response, cookies::HALF_SESSION);
            response
        }
        Stands::Challenged(token, _) => {
            let mut response = Redirect::to("/login/confirm").into_response();
            cookies::set_half_session(&mut response, &token);
            response
        }
        Stands::Out(why) => match notice(why) {
            Some((notice, status)) => page(app, language, login_name, Some(notice), status).await,
            None => unavailable(language),
        },
    };
    cookies::copy(&mut response, &step.set_cookies);
    response
}

/// What a person is told, and with which status; nothing where the log-in is not possible at all.
fn notice(why: Why) -> Option<(Notice, StatusCode)> {
    Some(match why {
        Why::Again => (Notice::Again, StatusCode::CONFLICT),
        Why::Incomplete => (Notice::Incomplete, StatusCode::BAD_REQUEST),
        Why::NotConfirmed => (Notice::NotConfirmed, StatusCode::FORBIDDEN),
        Why::NoProof => (Notice::NoProof, StatusCode::BAD_REQUEST),
        Why::ProofRefused => (Notice::ProofRefused, StatusCode::FORBIDDEN),
        Why::Refused { reference } => (Notice::Refused { reference }, StatusCode::FORBIDDEN),
        Why::Unavailable => return None,
    })
}

async fn page(app: &App, language: Language, login_name: &str, notice: Option<Notice>, status: StatusCode) -> Response {
    match app.manifest.integrity().await {
        Ok(integrity) => {
            (status, pages::login::form(language, &integrity, login_name, notice.as_ref())).into_response()
        }
        Err(_) => unavailable(language),
    }
}

/// A 503 in place of a log-in page.
pub(super) fn unavailable(language: Language) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, pages::unavailable(language)).into_response()
}
