//! Memory in powers of two (Device Memory, W3C), in secure contexts of Chromium only.
//!
//! Apart from `hardware`, because browsers move its upper cap. Lies: capped at 8 for long, then higher; Brave draws a value.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "device-memory", stability: Stability::Machine, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(browser.global(), &["navigator.deviceMemory"])
}
