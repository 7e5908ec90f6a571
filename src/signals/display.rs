//! What the monitor can show (Media Queries Level 5): depth, range and gamut of its colours. Another monitor changes it.
//!
//! Lies: Firefox that resists fingerprinting says 24 bits and the smallest gamut.

use super::{Cost, Reading, Scope, Signal, Stability, matching};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "display", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let mut reading = matching(
        browser,
        &["(color-gamut:srgb)", "(color-gamut:p3)", "(color-gamut:rec2020)", "(dynamic-range:high)", "(monochrome)"],
    )?;
    reading.extend(browser.at("screen.colorDepth")?.number()?.to_be_bytes());
    Ok(Reading::Present(reading))
}
