//! Ways to confirm that a challenge offers. Chosen when it is made and kept in its record, so that no page can add one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A way to confirm; in the order in which they are offered, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// By a key that the account knows, unseen.
    DeviceKey,
    /// By a passkey.
    Passkey,
    /// By the owner at a known device.
    Approval,
    /// By the exchange's own factor.
    External,
    /// By a time-based code.
    Totp,
    /// By a code in a text message.
    SmsCode,
    /// By a mailed code.
    MailCode,
    /// By a recovery code.
    RecoveryCode,
}

/// A way to confirm, with what the page needs for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// Which.
    pub method: Method,
    /// What the page needs, as docs/protocol.md has it.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

impl Offer {
    /// A way that needs these members.
    pub fn new<const N: usize>(method: Method, details: [(&str, Value); N]) -> Self {
        Self { method, details: details.map(|(name, value)| (name.to_owned(), value)).into_iter().collect() }
    }
}
