//! Later work: what the service does without being asked.
//!
//! May import: `clock`, `store`. Must not know HTTP, rules or keys.
//!
//! The jobs, one file each:
//!
//! | Job | File | Does |
//! |---|---|---|
//! | purge | `purge.rs` | removes rows that are past use |
//!
//! To add a job: one file with `run(…, stop)`, which ends soon after `stop` turns, and one line in `app`.

pub mod purge;
