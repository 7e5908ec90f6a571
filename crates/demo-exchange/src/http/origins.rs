//! The exchange's own origins: which pages may post, and under which hosts pages are answered at all.

use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Uri};

/// An origin (RFC 6454): scheme, host in lower case, port.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    secure: bool,
    host: String,
    port: u16,
}

/// The listed origins. A page under any other host, such as one that somebody's DNS leads here, is a stranger's.
#[derive(Clone, Debug)]
pub struct Origins(Vec<Origin>);

/// An origin is `http://` or `https://`, a host and perhaps a port, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no origin: a scheme, a host and a port are, such as https://localhost:8443")]
pub struct OriginError(String);

impl Origins {
    /// `http://localhost` and `http://127.0.0.1` with the port that the pages are served on, and those listed.
    ///
    /// # Errors
    /// [`OriginError`] with the first listed one that is none.
    pub fn new(port: u16, listed: &[String]) -> Result<Self, OriginError> {
        let own = ["localhost", "127.0.0.1"].map(|host| Origin { secure: false, host: host.to_owned(), port });
        let listed = listed.iter().map(|text| Origin::parse(text).ok_or_else(|| OriginError(text.clone())));
        own.into_iter().map(Ok).chain(listed).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a page of ours sent this: it names its origin, and that is one of ours.
    pub(super) fn is_own_page(&self, headers: &HeaderMap) -> bool {
        only(headers, &ORIGIN).and_then(Origin::parse).is_some_and(|origin| self.0.contains(&origin))
    }

    /// Whether the request is for one of our hosts (RFC 9112 section 3.2: the target's host, else the header's).
    pub(super) fn is_own_host(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let named = match uri.authority() {
            Some(authority) => Some(authority.as_str()),
            None => only(headers, &HOST),
        };
        let Some((host, port)) = named.and_then(host_and_port) else { return false };
        self.0.iter().any(|own| own.host == host && own.port == port.unwrap_or(own.default_port()))
    }
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let (secure, rest) = match text.split_once("://")? {
            ("http", rest) => (false, rest),
            ("https", rest) => (true, rest),
            _ => return None,
        };
        let (host, port) = host_and_port(rest)?;
        let mut origin = Self { secure, host, port: 0 };
        origin.port = port.unwrap_or(origin.default_port());
        Some(origin)
    }

    fn default_port(&self) -> u16 {
        if self.secure { 443 } else { 80 }
    }
}

/// A host in lower case and the port where one is named; nothing else, such as user information, may stand there.
fn host_and_port(text: &str) -> Option<(String, Option<u16>)> {
    let authority: Authority = text.parse().ok()?;
    let (host, port) = (authority.host(), authority.port_u16());
    let whole = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    (whole == text).then(|| (host.to_ascii_lowercase(), port))
}

/// The value of a header that came exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use axum::http::header::{HOST, ORIGIN};
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};

    use super::{OriginError, Origins};

    fn origins() -> Origins {
        Origins::new(8080, &["https://tarnwick.example".to_owned()]).unwrap()
    }

    fn header(name: &HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.clone(), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn pages_are_known_by_scheme_host_and_port() {
        for own in [
            "http://localhost:8080",
            "http://127.0.0.1:8080",
            "https://tarnwick.example",
            "https://tarnwick.example:443",
        ] {
            assert!(origins().is_own_page(&header(&ORIGIN, own)), "{own}");
        }
        for foreign in [
            "null",
            "http://localhost",
            "https://localhost:8080",
            "http://localhost:8081",
            "http://tarnwick.example",
            "https://tarnwick.example:8443",
            "https://tarnwick.example.evil.example",
            "https://a@tarnwick.example",
            "https://tarnwick.example/",
        ] {
            assert!(!origins().is_own_page(&header(&ORIGIN, foreign)), "{foreign}");
        }
        assert!(!origins().is_own_page(&HeaderMap::new()));
    }

    #[test]
    fn hosts_are_known_by_name_and_port() {
        let path = Uri::from_static("/inbox.json");
        for own in ["localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080", "tarnwick.example", "tarnwick.example:443"] {
            assert!(origins().is_own_host(&path, &header(&HOST, own)), "{own}");
        }
        for foreign in [
            "",
            "localhost",
            "localhost:8081",
            "evil.example:8080",
            "tarnwick.example:80",
            "tarnwick.example:99999",
            "a@localhost:8080",
            "[::1]:8080",
        ] {
            assert!(!origins().is_own_host(&path, &header(&HOST, foreign)), "{foreign}");
        }
        let mut twice = header(&HOST, "localhost:8080");
        twice.append(HOST, HeaderValue::from_static("evil.example"));
        assert!(!origins().is_own_host(&path, &twice));
        assert!(!origins().is_own_host(&path, &HeaderMap::new()));
        let target = Uri::from_static("http://evil.example/inbox.json");
        assert!(!origins().is_own_host(&target, &header(&HOST, "localhost:8080")), "the target's host counts");
    }

    #[test]
    fn what_is_no_origin_is_refused_at_the_start() {
        for text in ["tarnwick.example", "ftp://tarnwick.example", "https://", "https://a/b", "https://a:99999"] {
            assert_eq!(Origins::new(8080, &[text.to_owned()]).unwrap_err(), OriginError(text.to_owned()));
        }
    }
}
