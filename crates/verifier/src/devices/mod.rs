//! The devices of an account, for its owner: what they are, which may be vouched for, which shall go.
//!
//! May import: `attempts`' rules of trust and edits, `factors`' owner and step-up, `seal`, `store` and `delivery` traits. Must
//! not know HTTP or SQL. Where a device stands is decided by `attempts::trust` alone.
//!
//! | Act | File | Who may |
//! |---|---|---|
//! | list | `list.rs` | any device of the account that is not suspended |
//! | acknowledge | `acknowledge.rs` | an older one that is trusted, a day after the probation began |
//! | remove | `remove.rs` | one that is trusted; any one itself |
//! | restart probation | `restart.rs` | the back end, when password or contacts changed |
//!
//! To add an act: one file here, one endpoint file, one row in docs/protocol.md.

pub mod acknowledge;
pub mod list;
pub mod remove;
pub mod restart;

#[cfg(test)]
mod tests;
