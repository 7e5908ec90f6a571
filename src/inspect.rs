//! What a person may see of a signal, on the page only: the reading in clear, how long it took, whether two agree, and what
//! would be sent.
//!
//! Knows a few signals by name, for labels alone. What a reading holds is told by its form, so that a new signal shows itself.

use login_guard_protocol::Digest;
use serde::Serialize;

use crate::{
    boundary::{Browser, CryptoKey, Fault},
    evidence,
    signals::{self, Cost, Reading, Scope, Signal, Stability},
};

/// One signal, inspected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// The component's name on the wire.
    pub name: &'static str,
    /// `machine`, `system` or `setting`.
    pub stability: &'static str,
    /// `free` or `rendering`.
    pub cost: &'static str,
    /// `page`, `worker` or `letters`.
    pub scope: &'static str,
    /// `present`, `set`, `absent`, `noisy` or `failed`.
    pub state: &'static str,
    /// Why it is absent or failed.
    pub reason: Option<String>,
    /// What was read. Never leaves the browser.
    pub shown: Shown,
    /// Milliseconds that the first reading took.
    pub milliseconds: f64,
    /// Whether a second reading gave the same.
    pub agrees: bool,
    /// The member of the evidence document's `components` that would be sent, as JSON text.
    pub sent: String,
}

/// A reading in a form for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Shown {
    /// There is none.
    Nothing,
    /// The members of a set, sorted.
    Members {
        /// Each as text.
        members: Vec<String>,
    },
    /// Values that were read one by one.
    Values {
        /// In the order of reading.
        values: Vec<Labelled>,
    },
    /// A picture or a sound: too much to show.
    Bytes {
        /// How many.
        bytes: usize,
        /// The beginning of their SHA-256, hexadecimal: to compare by eye.
        digest: String,
    },
}

/// One value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Labelled {
    /// What it is, in the words of the standards, where that is known.
    pub label: Option<String>,
    /// What was read.
    pub value: Value,
}

/// One value, by its kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// `yes`, `no`, or `forbidden`: even looking is.
    Flag(&'static str),
    /// A number.
    Number(f64),
    /// Text; JSON where the browser gave an object. Empty where there is nothing.
    Text(String),
}

/// What became of one reading.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Read {
    Bytes(Vec<u8>),
    Members(Vec<String>),
    Other(&'static str, Option<String>),
}

/// Reads a signal for the person to see, and once more to compare; digests it as a login would.
pub async fn inspect(browser: &Browser, signal: &Signal, key: &CryptoKey) -> Inspection {
    let started = now(browser);
    let (read, labels) = read(browser, signal).await;
    let milliseconds = now(browser) - started;
    let (again, _) = self::read(browser, signal).await;
    let (state, reason) = match &read {
        Read::Bytes(_) => ("present", None),
        Read::Members(_) => ("set", None),
        Read::Other(state, reason) => (*state, reason.clone()),
    };
    Inspection {
        name: signal.name,
        stability: match signal.stability {
            Stability::Machine => "machine",
            Stability::System => "system",
            Stability::Setting => "setting",
        },
        cost: match signal.cost {
            Cost::Free => "free",
            Cost::Rendering => "rendering",
        },
        scope: match signal.scope {
            Scope::Page => "page",
            Scope::Worker => "worker",
            Scope::Letters => "letters",
        },
        state,
        reason,
        milliseconds,
        // a noisy reading is two that differed
        agrees: read == again && state != "noisy",
        shown: match read {
            Read::Bytes(bytes) => show(signal.name, &bytes, labels),
            Read::Members(members) => Shown::Members { members },
            Read::Other(..) => Shown::Nothing,
        },
        sent: evidence::component(browser, signal, key).await,
    }
}

/// Reads to the end; with the labels that the signal gave, taken before another signal can give its own.
async fn read(browser: &Browser, signal: &Signal) -> (Read, Vec<String>) {
    let read = evidence::read(browser, signal).await;
    let labels = signals::take_labels();
    let read = match read {
        Ok(Reading::Present(bytes)) => Read::Bytes(bytes),
        Ok(Reading::Set(mut members)) => {
            members.sort_unstable();
            Read::Members(members)
        }
        Ok(Reading::Absent(reason)) => Read::Other("absent", Some(reason.to_owned())),
        Ok(Reading::Noisy) => Read::Other("noisy", None),
        Ok(Reading::Pending(_)) => Read::Other("failed", Some("still-pending".to_owned())),
        Err(Fault::Missing) => Read::Other("absent", Some("unsupported".to_owned())),
        Err(Fault::Thrown(error)) => Read::Other("failed", Some(error.to_owned())),
    };
    (read, labels)
}

/// Milliseconds since the page or worker began; 0 where there is no such clock.
fn now(browser: &Browser) -> f64 {
    browser.at("performance.now()").and_then(|now| now.number()).unwrap_or_default()
}

/// Tells by their form what the bytes of a reading are: parts of a transcript, flags, numbers, or a picture or sound.
fn show(name: &str, bytes: &[u8], mut labels: Vec<String>) -> Shown {
    if let Some((_, given)) = LABELS.iter().find(|(signal, _)| *signal == name) {
        labels = given.iter().map(|label| (*label).to_owned()).collect();
    }
    let values: Vec<Value> = if let Some(parts) = parts(bytes) {
        parts.into_iter().map(part).collect()
    } else if bytes.len() > MOST_SHOWN_BYTES {
        return Shown::Bytes { bytes: bytes.len(), digest: fingerprint(bytes) };
    } else {
        // flags first, one for each label; what follows, and what has no labels, are numbers
        let flags =
            if bytes.len() == labels.len() || !bytes.len().is_multiple_of(NUMBER_BYTES) { labels.len() } else { 0 };
        let (flags, numbers) = bytes.split_at_checked(flags).unwrap_or((bytes, &[]));
        flags.iter().map(|flag| Value::Flag(word(*flag))).chain(numbers.chunks(NUMBER_BYTES).map(part)).collect()
    };
    let labels = labels.into_iter().map(Some).chain(std::iter::repeat(None));
    Shown::Values { values: values.into_iter().zip(labels).map(|(value, label)| Labelled { label, value }).collect() }
}

const fn word(flag: u8) -> &'static str {
    match flag {
        0 => "no",
        1 => "yes",
        _ => "forbidden",
    }
}

/// The parts behind a transcript's label (protocol, "Encodings"), if the bytes are one to the end.
fn parts(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let (label, mut rest) = split_part(bytes)?;
    let is_word = |b: &u8| b.is_ascii_lowercase() || *b == b'-';
    if label.is_empty() || !label.iter().all(is_word) {
        return None;
    }
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, behind) = split_part(rest)?;
        parts.push(part);
        rest = behind;
    }
    Some(parts)
}

fn split_part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Text where it is text, else a number, else the bytes' own digits.
fn part(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|c| c.is_control() && c != '\n') => Value::Text(text.to_owned()),
        _ => match bytes.try_into() {
            Ok(number) => Value::Number(f64::from_be_bytes(number)),
            Err(_) => Value::Text(bytes.iter().copied().fold(String::new(), hexadecimal)),
        },
    }
}

fn fingerprint(bytes: &[u8]) -> String {
    Digest::of(bytes).as_bytes().iter().copied().take(FINGERPRINT_BYTES).fold(String::new(), hexadecimal)
}

fn hexadecimal(mut text: String, byte: u8) -> String {
    text.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('?')));
    text
}

/// Readings of numbers and flags are shorter, pictures and sounds longer.
const MOST_SHOWN_BYTES: usize = 512;
/// A number is a big-endian IEEE 754 double.
const NUMBER_BYTES: usize = 8;
const FINGERPRINT_BYTES: usize = 6;
/// For signals that read no paths.
const LABELS: &[(&str, &[&str])] = &[
    ("architecture", &["sign(∞ − ∞) < 0"]),
    ("automation-webdriver", &["navigator.webdriver"]),
    ("screen-built-in", &["min(width, height)", "max(width, height)"]),
    ("screen-frame", &["width − availWidth", "height − availHeight"]),
    ("screen-size", &["min(width, height) / 4", "max(width, height) / 4"]),
    (
        "webgl",
        &[
            "VENDOR",
            "RENDERER",
            "VERSION",
            "SHADING_LANGUAGE_VERSION",
            "UNMASKED_VENDOR_WEBGL",
            "UNMASKED_RENDERER_WEBGL",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use login_guard_protocol::Transcript;

    use super::*;

    fn labels(labels: &[&str]) -> Vec<String> {
        labels.iter().map(|label| (*label).to_owned()).collect()
    }

    fn values(shown: Shown) -> Vec<(Option<String>, Value)> {
        match shown {
            Shown::Values { values } => values.into_iter().map(|Labelled { label, value }| (label, value)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn parts_of_a_transcript_are_text_numbers_or_nothing() {
        let bytes =
            Transcript::new("properties").part(b"\"Linux\"").part(b"").part(&844.5_f64.to_be_bytes()).into_bytes();
        let shown = values(show("of-a-test", &bytes, labels(&["navigator.platform", "navigator.oscpu"])));
        assert_eq!(
            shown,
            [
                (Some("navigator.platform".into()), Value::Text("\"Linux\"".into())),
                (Some("navigator.oscpu".into()), Value::Text(String::new())),
                (None, Value::Number(844.5)),
            ]
        );
    }

    #[test]
    fn flags_stand_before_numbers() {
        let mut bytes = vec![0, 1, 2];
        bytes.extend(24.0_f64.to_be_bytes());
        let shown = values(show("of-a-test", &bytes, labels(&["a", "b", "c"])));
        let found: Vec<Value> = shown.into_iter().map(|(_, value)| value).collect();
        assert_eq!(found, [Value::Flag("no"), Value::Flag("yes"), Value::Flag("forbidden"), Value::Number(24.0)]);
    }

    #[test]
    fn eight_flags_are_no_number() {
        let shown =
            values(show("of-a-test", &[0, 1, 0, 1, 0, 1, 0, 1], labels(&["a", "b", "c", "d", "e", "f", "g", "h"])));
        assert!(shown.iter().all(|(_, value)| matches!(value, Value::Flag(_))));
    }

    #[test]
    fn pictures_are_told_by_their_size_and_a_short_digest() {
        let shown = show("canvas", &[0; 4_000], Vec::new());
        assert_eq!(shown, Shown::Bytes { bytes: 4_000, digest: fingerprint(&[0; 4_000]) });
        assert_eq!(fingerprint(b""), "e3b0c44298fc");
    }

    #[test]
    fn bytes_cut_short_are_no_transcript() {
        let whole = Transcript::new("screen").part(b"x").into_bytes();
        assert_eq!(parts(&whole), Some(vec![b"x".as_slice()]));
        assert_eq!(parts(&whole[..whole.len() - 1]), None);
        assert_eq!(parts(&[]), None);
    }
}
