//! The languages that the person reads, and the locale that numbers and dates follow.
//!
//! In a worker for the same reason as the time zone: the first formatter of a process is slow.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "languages", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(browser, &["navigator.languages", "Intl.NumberFormat().resolvedOptions().locale"])
}
