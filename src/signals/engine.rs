//! The browser's engine, by constants that its versions never changed: it stays over updates, and differs after a switch to
//! another browser or a copy of a profile into one.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "engine", stability: Stability::System, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    // the text of a built-in function differs by engine; nothing is evaluated
    properties(browser.global(), &["navigator.vendor", "navigator.productSub", "eval.toString()"])
}
