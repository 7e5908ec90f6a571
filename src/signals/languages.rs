//! The languages that the person reads.
//!
//! Lies: Safari gives one of them; Tor Browser asks the person whether it should say English.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "languages", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(browser.global(), &["navigator.languages"])
}
