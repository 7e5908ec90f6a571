//! The time zone by name (ECMA-402 section 11.3.4). Not the offset, which changes with summer time.
//!
//! In a worker, because the first formatter of a process loads its tables: 11 ms on an idle machine, 55 on a busy one.
//! Lies: Firefox that resists fingerprinting says UTC.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "timezone", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(browser.global(), &["Intl.DateTimeFormat().resolvedOptions().timeZone"])
}
