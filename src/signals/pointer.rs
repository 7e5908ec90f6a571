//! How the device is pointed at: fine, coarse, hovering. A mouse that is plugged in changes it: a setting.

use super::{Cost, Reading, Scope, Signal, Stability, matching};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "pointer", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let queries = ["(any-pointer:fine)", "(any-pointer:coarse)", "(any-hover:hover)", "(pointer:coarse)"];
    matching(browser, &queries).map(Reading::Present)
}
