//! Cookies: reading the browser's, writing ours.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::entropy::Token;
use crate::store;

/// The session.
pub const SESSION: &str = "__Host-tarnwick-session";
/// The half-session between a challenge and its verdict.
pub const HALF_SESSION: &str = "__Host-tarnwick-half";
/// The verifier's cookie: the second half of a device.
pub const DEVICE: &str = "__Host-lg-device";

/// Every cookie of a request that is text (RFC 6265 section 4.2.1). Others may put any bytes into theirs; ours must be found
/// beside them all the same.
pub fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let pairs = headers.get_all(COOKIE).into_iter().flat_map(|field| field.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| std::str::from_utf8(pair).ok()?.trim_ascii().split_once('='))
}

/// The value of one cookie.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    all(headers).find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// The token in one of our cookies.
pub(super) fn find_token(headers: &HeaderMap, name: &str) -> Option<Token> {
    find(headers, name).map(Token::from_cookie)
}

/// Sets the session's cookie; it lives as long as the browser's window, the store decides how long the session does.
pub(super) fn set_session(response: &mut Response, token: &Token) {
    // EXPOSE: the cookie is where a session token belongs
    append(response, &format!("{SESSION}={}; Path=/; Secure; HttpOnly; SameSite=Lax", token.expose()));
}

/// Sets the half-session's cookie.
pub(super) fn set_half_session(response: &mut Response, token: &Token) {
    let (value, age) = (token.expose(), store::HALF_SESSION_S);
    // EXPOSE: the cookie is where a half-session token belongs
    append(response, &format!("{HALF_SESSION}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={age}"));
}

/// Takes one of our cookies away.
pub(super) fn clear(response: &mut Response, name: &str) {
    append(response, &format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
}

/// Copies the verifier's cookies, whole as they came.
pub(super) fn copy(response: &mut Response, set_cookies: &[String]) {
    for cookie in set_cookies {
        append(response, cookie);
    }
}

/// Sets one more cookie.
pub(super) fn append(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
