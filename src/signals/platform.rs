//! Operating system and processor as the browser names them, without versions.
//!
//! Lies: Macs with Apple's processors say Intel; iPads that ask for desktop sites say Mac
//! (<https://github.com/fingerprintjs/fingerprintjs/issues/514>), as long as that setting lasts.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "platform", stability: Stability::System, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(
        browser.global(),
        &[
            "navigator.platform",
            "navigator.oscpu",
            "navigator.userAgentData.platform",
            "navigator.userAgentData.mobile",
        ],
    )
}
