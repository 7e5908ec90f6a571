//! `[[api_key]]`: who may call the backend listener. The file holds digests; the secrets stay with the back ends.

use std::collections::BTreeSet;

use login_guard_protocol::{Digest, Platform};

use super::Surroundings;
use super::table::{Table, check_one_of};

/// Words that people put where a secret belongs while they develop.
const EXAMPLE_SECRETS: [&str; 10] =
    ["", "secret", "password", "changeme", "change-me", "test", "demo", "dev", "example", "development"];
/// How the identifiers of such keys begin.
const EXAMPLE_IDS: [&str; 4] = ["dev", "demo", "test", "example"];

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyScope {
    /// Open, assess, redeem and compare.
    Login,
    /// Report the exchange's own factors.
    Confirm,
    /// Lift the freeze of an account's value.
    Release,
}

/// An API key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// What stands before the point in `ID.SECRET`.
    pub id: String,
    /// The platform that it speaks for.
    pub platform: Platform,
    /// SHA-256 of the secret. The secret has the entropy of a key, so that a plain digest is enough.
    pub secret_digest: Digest,
    /// What it may be used for; nothing when empty.
    pub scopes: Vec<KeyScope>,
}

pub(super) fn read(table: &mut Table<'_>, platforms: &[Platform], around: &Surroundings<'_>) -> Option<ApiKey> {
    let id = table.required_text("id", "letters, digits, hyphens and underscores, at most 64", check_id);
    let platform = table.required_text("platform", "the name of a [[platform]]", |text| {
        Platform::parse(&text).ok().filter(|name| platforms.contains(name))
    });
    let expected = "64 hexadecimal digits, as `keys hash-api-key` prints them";
    let secret_digest = table.required_text("secret_sha256", expected, |text| parse_hex(&text));
    let scopes =
        table.required_texts("scopes", 0..=8, "a list of \"login\", \"confirm\" and \"release\"", |_, word| {
            check_one_of(
                &word,
                &[("login", KeyScope::Login), ("confirm", KeyScope::Confirm), ("release", KeyScope::Release)],
            )
        });
    if around.production() {
        if id.as_ref().is_some_and(|id| EXAMPLE_IDS.iter().any(|word| id.to_ascii_lowercase().starts_with(word))) {
            table.report("id", "unfit for production: this names a key of a developer");
        }
        let guessable = |digest: &Digest| EXAMPLE_SECRETS.iter().any(|word| Digest::of(word.as_bytes()) == *digest);
        if secret_digest.as_ref().is_some_and(guessable) {
            table.report("secret_sha256", "unfit for production: the secret is a word that anybody would try first");
        }
    }
    Some(ApiKey { id: id?, platform: platform?, secret_digest: secret_digest?, scopes })
}

/// Checks what no section sees alone: identifiers and secrets are used once.
pub(super) fn check_apart(keys: &[ApiKey], root: &mut Table<'_>) {
    let (mut ids, mut digests) = (BTreeSet::new(), BTreeSet::new());
    for key in keys {
        if !ids.insert(&key.id) {
            root.report("api_key", "expected another id for each API key");
        }
        if !digests.insert(key.secret_digest) {
            root.report("api_key", "expected another secret for each API key");
        }
    }
}

fn check_id(text: String) -> Option<String> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    ((1..=64).contains(&text.len()) && text.bytes().all(allowed)).then_some(text)
}

fn parse_hex(text: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (char::from(*high).to_digit(16)?, char::from(*low).to_digit(16)?);
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(Digest::from_bytes(bytes))
}
