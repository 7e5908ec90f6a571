//! The time zone by name (ECMA-402 section 11.3.7). Not the offset, which changes with summer time.
//!
//! Asked of Temporal where there is one: the same name, without the first date formatter of a process, which takes 11 to 55 ms
//! to load its tables; in a worker, because elsewhere the formatter has to be made. Lies: Firefox that resists fingerprinting
//! says UTC.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "timezone", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    match properties(browser.global(), &["Temporal.Now.timeZoneId()"]) {
        Err(Fault::Missing) => properties(browser.global(), &["Intl.DateTimeFormat().resolvedOptions().timeZone"]),
        read => read,
    }
}
