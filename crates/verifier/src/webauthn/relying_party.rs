//! Whom passkeys are made for: a host, and the origins whose pages may use them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Milliseconds that a browser should give a person: as long as a mail code lives.
pub(super) const TIMEOUT_MS: u32 = 300_000;

/// A relying party.
#[derive(Clone, Copy, Debug)]
pub struct RelyingParty<'a> {
    /// Its identifier: a host, to which passkeys are bound for ever.
    pub id: &'a str,
    /// Every origin of the platform.
    pub origins: &'a [String],
}

impl RelyingParty<'_> {
    /// Whether a page of this origin may use its passkeys: one that is listed, letter by letter. Related origins are not.
    pub fn has_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|listed| listed == origin) && is_within(origin, self.id)
    }
}

/// The host of an origin of the web; none for an app's, and none for an address, which no passkey can be bound to.
pub fn host_of(origin: &str) -> Option<&str> {
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))?;
    let host = rest.split(':').next().filter(|host| !host.is_empty() && !host.starts_with('['))?;
    // a host that ends in a number is an address (URL standard, "ends in a number")
    let last = host.rsplit('.').next().unwrap_or(host);
    (!last.bytes().all(|b| b.is_ascii_digit())).then_some(host)
}

/// Whether an origin's host is this one, or below it.
pub fn is_within(origin: &str, id: &str) -> bool {
    let below = |host: &str| host.strip_suffix(id).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    host_of(origin).is_some_and(below)
}

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// By whom.
    pub relying_party: RelyingParty<'a>,
    /// With which challenge: at least 16 bytes that nobody could have foreseen.
    pub challenge: &'a [u8],
    /// By a page of which origin; none where any page of the relying party may answer.
    pub origin: Option<&'a str>,
}

/// A credential in a list of those that may be used, or may not be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its identifier, base64url.
    pub id: String,
    /// How the browser may reach it (`internal`, `hybrid`, `usb` …), as it said itself.
    pub transports: Vec<String>,
}

impl Listed {
    pub(super) fn to_json(&self) -> Value {
        json!({ "type": "public-key", "id": self.id, "transports": self.transports })
    }
}
