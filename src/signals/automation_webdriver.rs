//! Whether the browser says that a program drives it (`WebDriver`, section 4). No part of the machine.
//!
//! Present is a trace; absent as `none` is the usual case. Lies: tools that hide it are many; `tampering-natives` sees some.

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "automation-webdriver", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let driven = browser.at("navigator.webdriver")?.is_true();
    Ok(if driven { Reading::Present(vec![1]) } else { Reading::Absent("none") })
}
