//! Later work: what the service does without being asked.
//!
//! May import: `clock`, `store`, `outbox` and `delivery`. Must not know HTTP or rules.
//!
//! The jobs, one file each:
//!
//! | Job | File | Does |
//! |---|---|---|
//! | outbox | `outbox.rs` | hands over messages that wait, until somebody took them |
//! | purge | `purge.rs` | removes rows that are past use |
//!
//! To add a job: one file with `run(…, stop)`, which ends soon after `stop` turns, and one line in `app`.

pub mod outbox;
pub mod purge;
