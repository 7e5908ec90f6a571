//! How large text is in the generic families: tells which fonts stand for them, by system and by the person's choice.
//!
//! Read twice. In a worker, where no page's own web fonts are loaded (the other case:
//! <https://github.com/fingerprintjs/fingerprintjs/issues/592>), and with geometric precision against the pixel ratio.

use super::{Cost, Reading, Scope, Signal, Stability, drawing};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "text-metrics", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Letters, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    drawing::boxes(
        browser,
        &["96px serif", "96px sans-serif", "96px monospace", "96px cursive", "96px fantasy", "96px system-ui"],
        &["mwWlLi10O&@", "永ش"],
    )
}
