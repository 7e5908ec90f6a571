//! The screen's size in steps of four pixels, the shorter side first, so that turning a phone changes nothing.
//!
//! In steps, because zooming makes fractions of pixels: nearly all screens have even sides, which lie a pixel or more from
//! the edge of a step, so that twofold zoom is survived. The pixel ratio itself is left out. A window moved to another monitor
//! has that one's size: a setting.
//!
//! Lies: Firefox rounds it to common sizes in private windows since 143, <https://bugzilla.mozilla.org/show_bug.cgi?id=1978414>.

use super::{Cost, Reading, Scope, Signal, Stability, pixels};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "screen-size", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    Ok(Reading::Present(pixels::sides(browser)?.map(|side| steps(side).to_be_bytes()).concat()))
}

fn steps(length: f64) -> f64 {
    ((length - 1.0) / 4.0).floor()
}
