//! Requests for approval: an unknown device asks, its owner answers at a device that is known.
//!
//! May import: `attempts`' records, rules of trust and edits, `factors`' owner and step-up, `seal`, `store` and `delivery`
//! traits. Must not know HTTP or SQL. The side of the unknown device is `confirm/approval.rs`, which asks and fetches the answer.
//!
//! One row for each *lane* of an account: the browsers whose cookie is known share one, the strangers of each network
//! another. A lane holds one open request, so that nobody is asked twice at once, and whoever floods one lane closes his own. The
//! row stays for a day after a refusal, which is how refusals count.
//!
//! | Part | File |
//! |---|---|
//! | the row's contents, and what becomes of them | `record.rs` |
//! | what may be asked how often | `limits.rs` |
//! | what the owner sees | `list.rs` |
//! | what the owner answers | `answer.rs` |
//! | what the owner is told | `notice.rs` |
//!
//! To add an answer: a variant of [`answer::Answer`], a row in docs/protocol.md.

pub mod answer;
pub mod limits;
pub mod list;
pub mod notice;
pub mod record;

#[cfg(test)]
mod tests;
