//! Cores, memory and touch points. Engines round or cap the first two, always to the same value on one machine.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "hardware", stability: Stability::Machine, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(
        browser,
        &["navigator.hardwareConcurrency", "navigator.deviceMemory", "navigator.maxTouchPoints", "screen.colorDepth"],
    )
}
