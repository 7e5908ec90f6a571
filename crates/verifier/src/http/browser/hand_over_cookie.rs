//! `POST /login-guard/attempts/{attempt}/cookie`: the cookies of an attempt's newest answer, for a back end that cannot pass them on.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use login_guard_protocol::problem::ProblemCode;

use super::BrowserState;
use crate::attempts::{self, CookieRequest};
use crate::http::attempt::PathAttempt;
use crate::http::json::Versioned;
use crate::http::origin::FromPage;
use crate::problem::Problem;

pub(super) async fn handle(
    State(state): State<Arc<BrowserState>>,
    FromPage(page): FromPage,
    PathAttempt(attempt): PathAttempt,
    Versioned(request): Versioned<CookieRequest>,
) -> Result<Response, Problem> {
    let cookies = attempts::hand_over(&state.services, &page, attempt, request).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    for cookie in cookies {
        let value = HeaderValue::try_from(cookie).map_err(|_| ProblemCode::Internal)?;
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(response)
}
