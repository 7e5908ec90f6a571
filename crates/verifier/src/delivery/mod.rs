//! Channels: getting a message to a person. One file per channel.
//!
//! May import: its own client library, `secret`, the protocol crate. Must not know why a message is sent, nor rules
//! or the store. Addresses and contents are never logged.
//!
//! To add a channel: one file implementing [`Channel`], its section in the configuration, one line in `app`.

pub mod failover;
pub mod smtp;

use std::pin::Pin;

/// A message for one person.
#[derive(Clone)]
pub struct Message {
    /// The mail address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Message(…)")
    }
}

/// Handed over: the receiving side has taken responsibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt;

/// Why a message was not handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// For good: the address or the message is refused.
    #[error("the message was rejected")]
    Rejected,
    /// For now: no answer in time, or try again later.
    #[error("the channel is unavailable")]
    Unavailable,
}

/// A way to a person.
pub trait Channel: Send + Sync + std::fmt::Debug {
    /// Hands a message over.
    ///
    /// # Errors
    /// [`DeliveryError`].
    fn deliver<'a>(
        &'a self,
        message: &'a Message,
    ) -> Pin<Box<dyn Future<Output = Result<Receipt, DeliveryError>> + Send + 'a>>;
}
