//! What a server demands of its clients, and how it errs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use subtle::ConstantTimeEq;

/// What a server demands of its clients.
#[derive(Clone)]
pub struct Settings {
    /// The name in the greeting.
    pub hostname: String,
    /// Largest accepted message, in bytes; announced as SIZE (RFC 1870).
    pub size_limit_bytes: usize,
    /// Most recipients of one message (RFC 5321 section 4.5.3.1.8 asks for at least 100).
    pub recipients_limit: usize,
    /// How long a silent client is waited for (RFC 5321 section 4.5.3.2.7 asks for 5 minutes).
    pub idle_limit: Duration,
    /// Offers STARTTLS with this certificate.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Refuses mail outside TLS.
    pub tls_required: bool,
    /// Refuses mail until these were given. When `tls` is set they are accepted inside TLS only.
    pub credentials: Option<Credentials>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hostname: "inbox.localhost".to_owned(),
            size_limit_bytes: 1024 * 1024,
            recipients_limit: 100,
            idle_limit: Duration::from_mins(5),
            tls: None,
            tls_required: false,
            credentials: None,
        }
    }
}

/// The user name and password that a client must give.
#[derive(Clone)]
pub struct Credentials {
    user: String,
    password: String,
}

impl Credentials {
    /// Expects this user name and password.
    pub fn new(user: &str, password: &str) -> Self {
        Self { user: user.to_owned(), password: password.to_owned() }
    }

    /// Whether a client's bytes are these credentials, in constant time for equal lengths.
    pub(crate) fn matches(&self, user: &[u8], password: &[u8]) -> bool {
        bool::from(self.user.as_bytes().ct_eq(user) & self.password.as_bytes().ct_eq(password))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(redacted)")
    }
}

/// How a server treats its clients. It can be changed while the server runs; a conversation asks anew at each step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Behaviour {
    /// As the RFC says.
    #[default]
    Obliging,
    /// Every answer comes late by this much.
    Slow(Duration),
    /// Accepts the connection and never says a word.
    Mute,
    /// Refuses every recipient for good (550).
    RefusesRecipients,
    /// Refuses every recipient for now (450).
    DefersRecipients,
    /// Takes the message and then refuses it (554).
    RefusesMessages,
    /// Hangs up in the middle of a message.
    HangsUpInData,
}
