//! The service over HTTP, written against docs/protocol.md alone: real listeners on free ports, a real SMTP server for
//! the mails, and for `process` the real program.

#[cfg(test)]
mod approval;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod cookies;
#[cfg(test)]
mod factors;
mod flood;
#[cfg(test)]
mod log_in;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod process;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod support;
