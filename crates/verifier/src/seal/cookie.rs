//! The two cookies: generations, one per account that uses the browser, and heads, one per device key.
//!
//! A cookie that is not of the documented form is an empty one: whoever sends it is an unknown device, not an error.

use std::fmt;

use login_guard_protocol::{DeviceId, KeyId, ParseError, Transcript, base64url, limits};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{KeyUse, Keys};
use crate::entropy::{Entropy, EntropyError, make_bytes};
use crate::store::models::AccountKey;

/// The name of the device cookie.
pub const DEVICE_COOKIE: &str = "__Host-lg-device";
/// The beginning of a head cookie's name; a hyphen and the first 8 characters of the key id follow.
pub const HEAD_COOKIE: &str = "__Host-lg-head";
/// Life of both cookies, in seconds: the 400 days that browsers allow.
pub const COOKIE_LIFE_S: u64 = 34_560_000;

/// Characters of a tag and of the beginning of a key id.
const LABEL_CHARACTERS: usize = 8;

/// The half of a device that no script can read: 128 random bits. Its debug form is redacted.
#[derive(Clone)]
pub struct Generation(Zeroizing<[u8; 16]>);

impl Generation {
    /// Makes a new one.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn make(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        make_bytes(entropy).map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// Parses 22 characters of base64url.
    ///
    /// # Errors
    /// [`ParseError::Base64`] or [`ParseError::Length`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        base64url::decode_array(text).map(|bytes| Self(Zeroizing::new(bytes)))
    }
}

impl PartialEq for Generation {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&*other.0).into()
    }
}

impl Eq for Generation {}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Generation(…)")
    }
}

/// Names an account in a browser's cookie, to us only: 8 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tag([u8; 6]);

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag(…)")
    }
}

/// The tag of an account.
pub fn tag(keys: &Keys, key: &AccountKey) -> Tag {
    let mac = keys.mac(KeyUse::CookieTag, &owned("login-guard/cookie-tag/v1", key));
    let mut tag = [0; 6];
    tag.copy_from_slice(&mac[..6]);
    Tag(tag)
}

/// What is stored of a generation: a keyed digest bound to the account.
pub fn generation_digest(keys: &Keys, key: &AccountKey, generation: &Generation) -> [u8; 32] {
    let transcript = owned("login-guard/cookie-generation/v1", key).part(generation.0.as_slice());
    keys.mac(KeyUse::CookieGeneration, &transcript)
}

/// Derives a next generation of a device from the digest of its current one. It can be given again, and is never stored.
pub fn derive_next(keys: &Keys, key: &AccountKey, device: &DeviceId, current: &[u8; 32], number: u8) -> Generation {
    let transcript =
        owned("login-guard/cookie-next/v1", key).part(device.as_bytes()).part(current).number(number.into());
    let mac = Zeroizing::new(keys.mac(KeyUse::CookieNext, &transcript));
    let mut generation = Zeroizing::new([0; 16]);
    generation.copy_from_slice(&mac[..16]);
    Generation(generation)
}

/// A parsed device cookie: a generation for each account that uses the browser, newest first. Its debug form is redacted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DeviceCookie(Vec<(Tag, Generation)>);

impl DeviceCookie {
    /// Parses the cookie's value; whatever is not of the documented form is an empty cookie.
    pub fn parse(value: &str) -> Self {
        let entries = parse_entries(value, |tag, generation| {
            Some((Tag(base64url::decode_array(tag).ok()?), Generation::parse(generation).ok()?))
        });
        entries.filter(|entries| are_distinct(entries.iter().map(|(tag, _)| tag.0))).map(Self).unwrap_or_default()
    }

    /// Whether no account is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The generation kept for an account.
    pub fn generation_for(&self, tag: Tag) -> Option<&Generation> {
        self.0.iter().find(|(entry, _)| *entry == tag).map(|(_, generation)| generation)
    }

    /// The same cookie with this generation for this account, in front; the oldest entry gives way.
    #[must_use]
    pub fn with(mut self, tag: Tag, generation: Generation) -> Self {
        self.0.retain(|(entry, _)| *entry != tag);
        self.0.insert(0, (tag, generation));
        self.0.truncate(limits::COOKIE_ENTRIES);
        self
    }

    /// The value as browsers keep it.
    pub fn to_value(&self) -> String {
        // EXPOSE: the cookie is the one place where generations live
        join(
            self.0.iter().map(|(tag, generation)| {
                [base64url::encode(&tag.0), base64url::encode(generation.0.as_slice())].join(".")
            }),
        )
    }

    /// The value of a `Set-Cookie` header.
    pub fn to_set_cookie(&self) -> String {
        let value = self.to_value();
        format!("{DEVICE_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={COOKIE_LIFE_S}")
    }
}

impl fmt::Debug for DeviceCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceCookie({} entries)", self.0.len())
    }
}

/// The value of the `Set-Cookie` header that gives a device its account's head. One cookie per key, because nobody but the
/// browser knows which others it keeps. Scripts read this one: the proof repeats it.
pub fn head_set_cookie(key: &KeyId, head: &str) -> String {
    let label: String = key.to_string().chars().take(LABEL_CHARACTERS).collect();
    format!("{HEAD_COOKIE}-{label}={head}; Path=/; Secure; SameSite=Lax; Max-Age={COOKIE_LIFE_S}")
}

fn owned(label: &str, key: &AccountKey) -> Transcript {
    Transcript::new(label).part(key.platform.as_str().as_bytes()).part(key.account.as_str().as_bytes())
}

/// Splits a value into entries of 8 characters, a dot and the rest; none unless all are of that form.
fn parse_entries<T>(value: &str, parse: impl Fn(&str, &str) -> Option<T>) -> Option<Vec<T>> {
    if value.len() > limits::COOKIE_BYTES || value.split('~').count() > limits::COOKIE_ENTRIES {
        return None;
    }
    value
        .split('~')
        .map(|entry| {
            let (label, rest) = entry.split_once('.')?;
            (label.len() == LABEL_CHARACTERS).then(|| parse(label, rest)).flatten()
        })
        .collect()
}

/// Whether no label comes twice: two answers for one account are no answer.
fn are_distinct<T: Ord>(labels: impl Iterator<Item = T>) -> bool {
    let mut labels: Vec<T> = labels.collect();
    let count = labels.len();
    labels.sort();
    labels.dedup();
    labels.len() == count
}

fn join(entries: impl Iterator<Item = String>) -> String {
    entries.collect::<Vec<_>>().join("~")
}
