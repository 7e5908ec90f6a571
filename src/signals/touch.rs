//! How many fingers the screen knows, and whether there are touch events: built into the machine.
//!
//! Lies: iPads that ask for desktop sites call themselves Macs but keep their five points. Firefox once gave touch events
//! to no desktop, <https://bugzilla.mozilla.org/show_bug.cgi?id=781447>.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "touch", stability: Stability::Machine, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(browser.global(), &["navigator.maxTouchPoints", "TouchEvent.name"])
}
