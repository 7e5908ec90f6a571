//! Operating system and processor as the browser names them, without versions.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "platform", stability: Stability::System, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(
        browser,
        &[
            "navigator.platform",
            "navigator.vendor",
            "navigator.userAgentData.platform",
            "navigator.userAgentData.mobile",
        ],
    )
}
