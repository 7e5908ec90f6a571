//! The service over HTTP, written against docs/protocol.md alone: real listeners on free ports, a real SMTP server for
//! the mails, and for `process` the real program.

mod bad_input;
mod log_in;
mod process;
mod support;
