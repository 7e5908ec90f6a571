//! Factors: what an account can confirm with. Adding, listing and removing them, always by the owner, who is logged in at the
//! exchange and whose device is known here.
//!
//! May import: `attempts`' judging, records and edits, `seal`, `store` traits, `delivery` traits. Must not know HTTP or SQL. What a
//! factor confirms is `confirm`'s business.
//!
//! [`owner::act`] is the one way in: it proves the device, spends the attempt's nonce and commits what was decided. A ceremony of two
//! steps keeps its state in the attempt's row, so that it is used once, on whichever replica: the second step is
//! [`owner::finish`]. [`guard::admit`] says whether a change is admitted and from when on it counts; [`factor::Factor`] keeps that
//! beside the contents of every kind.
//!
//! To add a kind: a variant of [`crate::store::models::FactorKind`], one file here with its contents and its steps, one endpoint
//! file for each step, one row in docs/protocol.md.

pub mod allowance;
pub mod contacts;
pub mod factor;
pub mod guard;
pub mod listing;
pub mod notice;
pub mod owner;
pub mod passkeys;
pub mod recovery;
pub mod staff;
pub mod step_up;
pub mod totp;
mod words;

#[cfg(test)]
mod tests;
