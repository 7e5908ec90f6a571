//! The evidence document: what a browser says of its machine, component by component, without saying it.
//!
//! ```json
//! {"v":1,
//!  "components":{"canvas":{"state":"present","digest":"…"},"webgl":{"state":"absent","reason":"unsupported"}},
//!  "facts":{"browser":"chromium","browser-version":"156","platform":"Linux","language":"en-US"}}
//! ```
//!
//! A digest is the first 16 bytes of HMAC-SHA-256 under the device's own digest key, which never leaves the
//! browser; the message is `Transcript("login-guard/component/v1", name, reading)`. The server can compare
//! two digests of one component of one device, and nothing else. Facts travel in clear: they stand in the
//! headers anyway and tell an upgrade from a downgrade.

use crate::{ParseError, Transcript, base64url, ids};

/// A component's digest: 128 bits, comparable with an earlier one of the same device and component only.
pub type ComponentDigest = [u8; 16];

/// The message under the device's digest key for one component.
pub fn component_message(name: &str, reading: &[u8]) -> Vec<u8> {
    Transcript::new("login-guard/component/v1").part(name.as_bytes()).part(reading).into_bytes()
}

/// What became of reading one component.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(tag = "state", rename_all = "kebab-case", deny_unknown_fields)
)]
pub enum Component {
    /// The browser has no such thing, or says nothing about it, for a named reason.
    Absent {
        /// Kebab-case: `unsupported`, `blocked`, `timed-out`, `module-unavailable`, `no-worker` …
        reason: Word,
    },
    /// Reading it failed in a way nobody expected; the name of the error.
    Failed {
        /// Kebab-case.
        reason: Word,
    },
    /// Two readings in one page differ.
    Noisy,
    /// Read, and digested under the device's digest key.
    Present {
        /// 22 characters of base64url.
        digest: DigestText,
    },
}

/// A kebab-case word of at most 48 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct Word(String);

impl Word {
    /// Parses a word.
    ///
    /// # Errors
    /// [`ParseError::Empty`], [`ParseError::Length`] or [`ParseError::Character`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        ids::check_word(text).map(|()| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A component digest in its text form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct DigestText(ComponentDigest);

impl DigestText {
    /// Takes 16 bytes.
    pub const fn from_bytes(bytes: ComponentDigest) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &ComponentDigest {
        &self.0
    }
}

/// Writes an evidence document by hand, for the module that must do without serde.
///
/// Names and reasons are the module's own constants (kebab-case), digests base64url; only facts need escaping.
#[derive(Debug, Default)]
pub struct Writer {
    components: String,
    facts: String,
}

impl Writer {
    /// Adds a component that was read.
    pub fn present(&mut self, name: &str, digest: &ComponentDigest) {
        self.component(name, &[r#""present","digest":""#, &base64url::encode(digest), "\""]);
    }

    /// Adds a component that is absent for `reason`.
    pub fn absent(&mut self, name: &str, reason: &str) {
        self.component(name, &[r#""absent","reason":""#, reason, "\""]);
    }

    /// Adds a component whose reading failed.
    pub fn failed(&mut self, name: &str, reason: &str) {
        self.component(name, &[r#""failed","reason":""#, reason, "\""]);
    }

    /// Adds a component whose two readings differ.
    pub fn noisy(&mut self, name: &str) {
        self.component(name, &["\"noisy\""]);
    }

    /// Adds a coarse fact in clear.
    pub fn fact(&mut self, name: &str, value: &str) {
        if !self.facts.is_empty() {
            self.facts.push(',');
        }
        self.facts.push('"');
        self.facts.push_str(name);
        self.facts.push_str("\":\"");
        for c in value.chars().filter(|c| !c.is_control()) {
            if matches!(c, '"' | '\\') {
                self.facts.push('\\');
            }
            self.facts.push(c);
        }
        self.facts.push('"');
    }

    /// Appends the inside of another writer's `components`, as [`Self::into_components`] gave it.
    pub fn append_components(&mut self, components: &str) {
        if !components.is_empty() {
            if !self.components.is_empty() {
                self.components.push(',');
            }
            self.components.push_str(components);
        }
    }

    /// The inside of `components`, to be appended to another writer's.
    pub fn into_components(self) -> String {
        self.components
    }

    /// The document's bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        [r#"{"v":1,"components":{"#, &self.components, r#"},"facts":{"#, &self.facts, "}}"].concat().into_bytes()
    }

    fn component(&mut self, name: &str, state: &[&str]) {
        if !self.components.is_empty() {
            self.components.push(',');
        }
        self.components.push('"');
        self.components.push_str(name);
        self.components.push_str("\":{\"state\":");
        for part in state {
            self.components.push_str(part);
        }
        self.components.push('}');
    }
}

#[cfg(feature = "serde")]
pub use document::Evidence;

#[cfg(feature = "serde")]
mod document {
    use std::collections::BTreeMap;

    use super::{Component, DigestText, Word};
    use crate::{ParseError, VERSION, base64url, limits};

    /// A parsed evidence document. Unknown component names parse and weigh nothing.
    #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
    pub struct Evidence {
        /// By component name, in canonical order.
        pub components: BTreeMap<Word, Component>,
        /// Coarse facts in clear.
        pub facts: BTreeMap<Word, String>,
    }

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Raw {
        v: u32,
        components: BTreeMap<Word, Component>,
        facts: BTreeMap<Word, String>,
    }

    impl Evidence {
        /// Parses a document; no bytes at all are no evidence.
        ///
        /// # Errors
        /// [`ParseError::Length`], [`ParseError::Json`] or [`ParseError::Version`].
        pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
            if bytes.is_empty() {
                return Ok(Self::default());
            }
            if bytes.len() > limits::EVIDENCE_BYTES {
                return Err(ParseError::Length);
            }
            let raw: Raw = serde_json::from_slice(bytes).map_err(|_| ParseError::Json)?;
            if raw.v != VERSION {
                return Err(ParseError::Version);
            }
            let long_fact = raw.facts.values().any(|value| value.len() > limits::FACT_BYTES);
            if raw.components.len() > limits::COMPONENTS || raw.facts.len() > limits::FACTS || long_fact {
                return Err(ParseError::Length);
            }
            Ok(Self { components: raw.components, facts: raw.facts })
        }

        /// The document again, for a row at rest.
        pub fn to_json(&self) -> String {
            let value = serde_json::json!({ "v": VERSION, "components": self.components, "facts": self.facts });
            value.to_string()
        }
    }

    impl TryFrom<String> for Word {
        type Error = ParseError;
        fn try_from(text: String) -> Result<Self, ParseError> {
            Self::parse(&text)
        }
    }

    impl From<Word> for String {
        fn from(word: Word) -> Self {
            word.0
        }
    }

    impl TryFrom<String> for DigestText {
        type Error = ParseError;
        fn try_from(text: String) -> Result<Self, ParseError> {
            base64url::decode_array(&text).map(Self)
        }
    }

    impl From<DigestText> for String {
        fn from(digest: DigestText) -> Self {
            base64url::encode(&digest.0)
        }
    }
}
