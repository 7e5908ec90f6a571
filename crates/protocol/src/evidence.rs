//! The evidence document: what a browser says of its machine, component by component, without saying it.
//!
//! ```json
//! {"v":1,
//!  "components":{"canvas":{"state":"present","digest":"…"},"webgl":{"state":"absent","reason":"unsupported"}},
//!  "facts":{"browser":"chromium","browser-version":"156","platform":"Linux","language":"en-US"},
//!  "probes":[{"seed":"…","cpu":{"state":"present","digest":"…"},"default":{"state":"present","digest":"…"}}]}
//! ```
//!
//! A digest is the first 16 bytes of HMAC-SHA-256 under the device's own digest key, which never leaves the
//! browser; the message is `Transcript("login-guard/component/v1", name, reading)`. The server can compare
//! two digests of one component of one device, and nothing else. Facts travel in clear: they stand in the
//! headers anyway and tell an upgrade from a downgrade.
//!
//! A set (fonts, extensions) is digested member by member, so that one member more stays a small change: `tags` are the
//! first 3 bytes of HMAC-SHA-256 over `Transcript("login-guard/member/v1", name, member)`, ascending, the smallest 64 when
//! there are more. They tell how many members there are, and which stayed; not what they are.

use crate::{ParseError, Transcript, base64url, ids};

/// A component's digest: 128 bits, comparable with an earlier one of the same device and component only.
pub type ComponentDigest = [u8; 16];

/// The message under the device's digest key for one component.
pub fn component_message(name: &str, reading: &[u8]) -> Vec<u8> {
    Transcript::new("login-guard/component/v1").part(name.as_bytes()).part(reading).into_bytes()
}

/// The message under the device's digest key for one member of a component that is a set.
pub fn member_message(name: &str, member: &[u8]) -> Vec<u8> {
    Transcript::new("login-guard/member/v1").part(name.as_bytes()).part(member).into_bytes()
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
    /// Read as a set, and digested member by member.
    Set {
        /// One tag for each member.
        tags: Tags,
    },
}

impl Component {
    /// How alike two readings of one component are, from 0 to 1: whether digests are equal, and of sets the share of members that
    /// are in both (Jaccard index; an estimate where a set was cut to 64 tags). None when one of the two was not read.
    pub fn similarity(&self, other: &Self) -> Option<f64> {
        match (self, other) {
            (Self::Present { digest }, Self::Present { digest: other }) => Some(f64::from(u8::from(digest == other))),
            (Self::Set { tags }, Self::Set { tags: other }) => Some(tags.similarity(other)),
            (Self::Present { .. }, Self::Set { .. }) | (Self::Set { .. }, Self::Present { .. }) => Some(0.0),
            _ => None,
        }
    }
}

/// What was drawn of one seed of the canvas probe. Like a component, but never enrolled as one: each seed is verified once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ProbeAnswer {
    /// The seed, as the attempt gave it.
    pub seed: crate::ProbeSeed,
    /// What the processor drew.
    pub cpu: Component,
    /// What the browser drew as it likes.
    pub default: Component,
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

/// The tags of a set's members: ascending, different, at most [`Tags::MOST`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct Tags(Vec<Tag>);

/// The first 24 bits of a member's digest.
pub type Tag = [u8; 3];

impl Tags {
    /// Tags kept of one set. The smallest of all are a fair sample of it.
    pub const MOST: usize = 64;

    /// Adds one, if it is not there yet; the largest gives way when there are too many.
    pub fn insert(&mut self, tag: Tag) {
        // one by one into place, because the standard library's sorting costs 1 kB of download
        let at = self.0.partition_point(|earlier| *earlier < tag);
        if self.0.get(at) != Some(&tag) {
            self.0.insert(at, tag);
            self.0.truncate(Self::MOST);
        }
    }

    /// Parses base64url of the tags' bytes.
    ///
    /// # Errors
    /// [`ParseError::Length`] when there are too many or a part of one, [`ParseError::Shape`] when they do not ascend, and
    /// what base64url itself refuses.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let bytes = base64url::decode(text)?;
        let (tags, rest) = bytes.as_chunks::<3>();
        if !rest.is_empty() || tags.len() > Self::MOST {
            return Err(ParseError::Length);
        }
        let ascending = tags.is_sorted_by(|one, next| one < next);
        if ascending { Ok(Self(tags.to_vec())) } else { Err(ParseError::Shape) }
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// Share of members in both, from 0 to 1; two empty sets are the same.
    pub fn similarity(&self, other: &Self) -> f64 {
        let whole = |tags: &Self| tags.count() < Self::MOST;
        let mut union = [self.0.as_slice(), &other.0].concat();
        union.sort_unstable();
        union.dedup();
        if !whole(self) || !whole(other) {
            // what lies beyond was cut from one of them, so nothing is known of it
            union.truncate(Self::MOST);
        }
        let (mut both, mut all) = (0_u32, 0_u32);
        for tag in &union {
            all += 1;
            both += u32::from(self.0.contains(tag) && other.0.contains(tag));
        }
        if all == 0 { 1.0 } else { f64::from(both) / f64::from(all) }
    }
}

impl std::fmt::Display for Tags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&base64url::encode(self.0.as_flattened()))
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

    /// Adds a component that was read as a set.
    pub fn set(&mut self, name: &str, tags: &Tags) {
        self.component(name, &[r#""set","tags":""#, &base64url::encode(tags.0.as_flattened()), "\""]);
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

    use super::{Component, DigestText, ProbeAnswer, Tags, Word};
    use crate::{ParseError, VERSION, base64url, limits};

    /// A parsed evidence document. Unknown component names parse and weigh nothing.
    #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
    pub struct Evidence {
        /// By component name, in canonical order.
        pub components: BTreeMap<Word, Component>,
        /// Coarse facts in clear.
        pub facts: BTreeMap<Word, String>,
        /// Of the canvas probe, at most one for each seed that was asked for.
        pub probes: Vec<ProbeAnswer>,
    }

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Raw {
        v: u32,
        components: BTreeMap<Word, Component>,
        facts: BTreeMap<Word, String>,
        #[serde(default)]
        probes: Vec<ProbeAnswer>,
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
            let many = raw.probes.len() > limits::PROBES;
            if raw.components.len() > limits::COMPONENTS || raw.facts.len() > limits::FACTS || long_fact || many {
                return Err(ParseError::Length);
            }
            // two answers to one question are none
            if let [one, other] = raw.probes.as_slice()
                && one.seed == other.seed
            {
                return Err(ParseError::Shape);
            }
            Ok(Self { components: raw.components, facts: raw.facts, probes: raw.probes })
        }

        /// The document again, for a row at rest: without what was drawn, which is kept apart and once.
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

    impl TryFrom<String> for Tags {
        type Error = ParseError;
        fn try_from(text: String) -> Result<Self, ParseError> {
            Self::parse(&text)
        }
    }

    impl From<Tags> for String {
        fn from(tags: Tags) -> Self {
            tags.to_string()
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
