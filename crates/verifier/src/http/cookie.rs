//! The device cookie of a request.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use login_guard_protocol::limits;

/// The cookie's name.
const NAME: &str = "__Host-lg-device";

/// The cookie's value, if it came exactly once and is within its limit.
///
/// Two of one name are somebody's doing: browsers keep a `__Host-` cookie once (RFC 6265bis section 4.1.3.2). Neither is taken.
pub fn device_cookie(headers: &HeaderMap) -> Option<String> {
    let mut values = headers
        .get_all(COOKIE)
        .iter()
        // bytes: a neighbour's cookie may hold anything and must not hide ours
        .flat_map(|header| header.as_bytes().split(|b| *b == b';'))
        .filter_map(|pair| pair.trim_ascii().strip_prefix(NAME.as_bytes())?.strip_prefix(b"="));
    match (values.next(), values.next()) {
        (Some(value), None) if value.len() <= limits::COOKIE_BYTES => String::from_utf8(value.to_vec()).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (COOKIE, HeaderValue::from_str(line).unwrap())).collect()
    }

    #[test]
    fn cookie_is_found_among_others() {
        let headers = headers(&["a=1; __Host-lg-device=tag.generation; b=2"]);
        assert_eq!(device_cookie(&headers).as_deref(), Some("tag.generation"));
    }

    #[test]
    fn foreign_cookie_of_any_bytes_does_not_hide_ours() {
        let mut headers = HeaderMap::new();
        headers
            .append(COOKIE, HeaderValue::from_bytes("nick=张三; __Host-lg-device=tag.generation".as_bytes()).unwrap());
        assert_eq!(device_cookie(&headers).as_deref(), Some("tag.generation"));
    }

    #[test]
    fn missing_repeated_and_overlong_cookies_count_for_none() {
        assert_eq!(device_cookie(&headers(&["lg-device=a", "x__Host-lg-device=a"])), None);
        assert_eq!(device_cookie(&headers(&["__Host-lg-device=a; __Host-lg-device=b"])), None);
        assert_eq!(device_cookie(&headers(&["__Host-lg-device=a", "__Host-lg-device=a"])), None);
        let long = format!("__Host-lg-device={}", "a".repeat(limits::COOKIE_BYTES + 1));
        assert_eq!(device_cookie(&headers(&[&long])), None);
    }
}
