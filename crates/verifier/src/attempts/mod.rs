//! Attempts: nonce → proof → history → rules → policy → verdict. The one path of every log-in.
//!
//! May import: `store` and `delivery` traits, `seal`, `work`, `rules`, `matching`, `policy`, `clock`, `entropy`, the protocol
//! crate. Must not know HTTP or SQL.
//!
//! [`begin()`] issues a sealed nonce and writes nothing. [`open()`] checks form and proof before the back end hashes a
//! password. [`assess()`] spends the nonce and gives the verdict. [`compare()`] tells the owner, who is logged in, what
//! changed on a device. What a device's cookie goes through is decided by [`ratchet`] alone, what it draws
//! by [`probes`]. To add a fact that rules may look at: a field in
//! [`crate::rules::Circumstances`], filled in `judge.rs`.

pub mod activity;
pub mod asker;
mod assess;
mod begin;
pub mod caller;
pub mod ceremony;
mod compare;
mod confirmed_by;
pub mod copies;
pub mod enrol;
pub mod generations;
mod handover;
pub mod judge;
pub mod known;
pub mod messages;
pub mod nonce;
mod notice;
pub mod offers;
mod open;
pub mod population;
pub mod probes;
pub mod proof;
pub mod ratchet;
pub mod record;
mod reply;
mod seeds;
pub mod submission;
pub mod trust;

#[cfg(test)]
mod tests;

pub use assess::assess;
pub use begin::begin;
pub use caller::{Caller, Page};
pub use compare::compare;
pub use handover::{CookieRequest, Handover, hand_over};
pub use messages::{
    AllowResponse, AssessRequest, BeginRequest, BeginResponse, Client, CompareRequest, Contacts, OpenRequest,
    OpenResponse, Password,
};
pub use open::open;
pub use reply::{Allowed, Reply};
