//! How many threads the processor runs at once.
//!
//! Lies: WebKit caps it, and says 4 on two cores; Firefox rounds it to 4 or 8 in private windows since 143,
//! <https://bugzilla.mozilla.org/show_bug.cgi?id=1978414>; Brave draws a number up to the true one for each site and session,
//! <https://github.com/brave/brave-browser/issues/10808>.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "hardware", stability: Stability::Machine, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(browser.global(), &["navigator.hardwareConcurrency"])
}
