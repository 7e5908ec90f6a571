//! What docks, bars and menus take of the screen, in each direction: tells systems and desktops apart.
//!
//! Sums of both sides, because positions depend on how monitors stand beside each other, and rounded to tens, because zooming
//! makes fractions (<https://github.com/fingerprintjs/fingerprintjs/issues/568>). A bar that hides itself, and full
//! screen, change it: a setting.

use super::{Cost, Reading, Scope, Signal, Stability, pixels};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "screen-frame", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let mut reading = Vec::new();
    for (whole, free) in [("width", "availWidth"), ("height", "availHeight")] {
        let taken = pixels::length(browser, whole)? - pixels::length(browser, free)?;
        reading.extend((taken / 10.0 + 0.5).floor().to_be_bytes());
    }
    Ok(Reading::Present(reading))
}
