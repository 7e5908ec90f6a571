//! The page that asks: its origin decides the platform, and nobody else's page may ask for it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use login_guard_protocol::Platform;
use login_guard_protocol::problem::ProblemCode;

use super::address::Peer;
use super::browser::BrowserState;
use super::cookie::device_cookie;
use crate::attempts::caller::Page;
use crate::problem::Problem;
use crate::services::PlatformSettings;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Which platform an origin belongs to.
#[derive(Clone, Debug, Default)]
pub struct Origins(BTreeMap<String, Platform>);

impl Origins {
    /// Gathers the origins of all platforms; the configuration made sure that each belongs to one.
    pub fn of(platforms: &BTreeMap<Platform, PlatformSettings>) -> Self {
        let pairs = platforms
            .iter()
            .flat_map(|(platform, settings)| settings.origins.iter().map(|origin| (origin.clone(), platform.clone())));
        Self(pairs.collect())
    }

    /// The origin, byte for byte one of ours, and its platform; none for a request that another site caused.
    ///
    /// `Origin` (RFC 6454) and `Sec-Fetch-Site` (Fetch Metadata) are written by the browser, out of reach of scripts.
    fn check(&self, headers: &HeaderMap) -> Option<(&str, &Platform)> {
        let (origin, platform) = self.0.get_key_value(once(headers, &ORIGIN)?)?;
        let same_origin = if origin.starts_with("app:") {
            // an app is no browser; one that says it is has been built into a page
            !headers.contains_key(SEC_FETCH_SITE)
        } else {
            once(headers, &SEC_FETCH_SITE) == Some("same-origin")
        };
        same_origin.then_some((origin, platform))
    }
}

/// The value of a header that came exactly once.
fn once<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// A request from one of our platforms' pages.
pub struct FromPage(pub Page);

impl FromRequestParts<Arc<BrowserState>> for FromPage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<BrowserState>) -> Result<Self, Problem> {
        let (origin, platform) = state.origins.check(&parts.headers).ok_or(Problem::new(ProblemCode::OriginRefused))?;
        let peer: Option<IpAddr> = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
        Ok(Self(Page {
            platform: platform.clone(),
            origin: origin.to_owned(),
            device_cookie: device_cookie(&parts.headers),
            address: peer.and_then(|peer| state.addresses.client(peer, &parts.headers)),
        }))
    }
}

/// A request by a page of one of our platforms that names no origin, as browsers' same-origin GETs do not: it may be any platform's.
/// Good for what is bound to a cookie and tells little; the first is the origin's own where one was named.
pub struct FromSite(pub Vec<Page>);

impl FromRequestParts<Arc<BrowserState>> for FromSite {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<BrowserState>) -> Result<Self, Problem> {
        if parts.headers.contains_key(ORIGIN) {
            let FromPage(page) = FromPage::from_request_parts(parts, state).await?;
            return Ok(Self(vec![page]));
        }
        if once(&parts.headers, &SEC_FETCH_SITE) != Some("same-origin") {
            return Err(ProblemCode::OriginRefused.into());
        }
        let peer: Option<IpAddr> = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
        let page = |(origin, platform): (&String, &Platform)| Page {
            platform: platform.clone(),
            origin: origin.clone(),
            device_cookie: device_cookie(&parts.headers),
            address: peer.and_then(|peer| state.addresses.client(peer, &parts.headers)),
        };
        Ok(Self(state.origins.0.iter().filter(|(origin, _)| !origin.starts_with("app:")).map(page).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn accepted(lines: &[(&'static str, &'static str)]) -> Option<String> {
        let platform = Platform::parse("acex").unwrap();
        let origins = ["https://login.acex.example", "app:acex"].map(|origin| (origin.to_owned(), platform.clone()));
        let headers = lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Origins(origins.into()).check(&headers).map(|(origin, _)| origin.to_owned())
    }

    #[test]
    fn page_of_the_platform_may_ask() {
        let lines = [("origin", "https://login.acex.example"), ("sec-fetch-site", "same-origin")];
        assert_eq!(accepted(&lines).as_deref(), Some("https://login.acex.example"));
        assert_eq!(accepted(&[("origin", "app:acex")]).as_deref(), Some("app:acex"));
    }

    #[test]
    fn everybody_else_is_refused() {
        let ours = ("origin", "https://login.acex.example");
        for lines in [
            &[][..],
            &[ours],
            &[("sec-fetch-site", "same-origin")],
            &[ours, ("sec-fetch-site", "same-site")],
            &[ours, ("sec-fetch-site", "cross-site")],
            &[ours, ("sec-fetch-site", "none")],
            &[ours, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")],
            &[ours, ours, ("sec-fetch-site", "same-origin")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            &[("origin", "HTTPS://login.acex.example"), ("sec-fetch-site", "same-origin")],
            &[("origin", "https://login.acex.example:443"), ("sec-fetch-site", "same-origin")],
            &[("origin", "https://login.acex.example.evil.example"), ("sec-fetch-site", "same-origin")],
            &[("origin", "http://login.acex.example"), ("sec-fetch-site", "same-origin")],
            &[("origin", "app:acex"), ("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(accepted(lines), None, "{lines:?}");
        }
    }
}
