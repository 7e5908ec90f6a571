//! The language of a page: the one asked for, else the browser's.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;

use crate::http::cookies;

/// Remembers the language that was chosen with `?lang=`.
pub const COOKIE: &str = "tarnwick-lang";

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, simplified.
    Chinese,
}

impl Language {
    /// The sentence in this language.
    pub fn say<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// The language tag (BCP 47).
    pub fn tag(self) -> &'static str {
        self.say("en", "zh")
    }

    /// The tag of a whole page: with the script, so that characters take the right forms.
    pub(super) fn page_tag(self) -> &'static str {
        self.say("en", "zh-Hans")
    }

    /// The other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    pub(super) fn own_name(self) -> &'static str {
        self.say("English", "中文")
    }

    pub(super) fn other_link(self) -> &'static str {
        self.say("?lang=zh", "?lang=en")
    }

    /// The language that a query asks for.
    pub fn asked(query: Option<&str>) -> Option<Self> {
        let asked = query?.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
        Self::parse(asked)
    }

    fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', ';']).next()?.to_ascii_lowercase();
        match primary.as_str() {
            "en" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let accepted = || {
            // browsers list languages in the order of their weights, so the first that we speak is the one
            let header = parts.headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
            header.split(',').find_map(Self::parse)
        };
        let remembered = || Self::parse(cookies::find(&parts.headers, COOKIE)?);
        Ok(Self::asked(parts.uri.query()).or_else(remembered).or_else(accepted).unwrap_or_default())
    }
}
