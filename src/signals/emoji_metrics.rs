//! How large emoji are: as `emoji`, without pixels, and therefore there where pictures are noisy.
//!
//! Tor Browser and Firefox that resists fingerprinting bring fonts of their own, the same for everybody.

use super::{Cost, Reading, Scope, Signal, Stability, drawing};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "emoji-metrics", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Letters, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    drawing::boxes(
        browser,
        &["96px sans-serif"],
        &["\u{1f98a}", "\u{1f1e8}\u{1f1ed}", "\u{1f9d1}\u{200d}\u{1f680}", "\u{263a}"],
    )
}
