//! A small SMTP server that keeps what it receives, for login-guard's demo and tests.
//!
//! It holds a real conversation (RFC 5321) with STARTTLS (RFC 3207) and AUTH (RFC 4954), so that a client is tested
//! against what it will meet, and it can be told to misbehave. It relays nothing: every accepted mail ends in a
//! [`Mailbox`], before the client hears that it was accepted. Not for the open internet.
//!
//! Room: `settings` says what a server demands and how it errs, `server` listens, `conversation` speaks, `command`
//! and `line` parse, `mail` reads a message, `inbox` keeps it. To add a command: a variant in `command.rs` and an arm
//! in `conversation.rs`. To add a way to misbehave: a variant of [`Behaviour`] and the place in the conversation.

pub mod clock;
mod command;
mod conversation;
pub mod inbox;
mod line;
pub mod mail;
mod reply;
pub mod server;
pub mod settings;
pub mod tls;

pub use clock::{Clock, SystemClock};
pub use inbox::{DeliveryRefused, Inbox, Mailbox};
pub use mail::Mail;
pub use server::Server;
pub use settings::{Behaviour, Credentials, Settings};
pub use tls::TlsError;
