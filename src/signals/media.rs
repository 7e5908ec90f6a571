//! What the person asked of the system (Media Queries Level 5): contrast, motion, transparency, colours.
//!
//! The colour scheme is left out because it follows the time of day on many machines. Apart from `display`, so that an
//! accessibility setting is no other monitor.

use super::{Cost, Reading, Scope, Signal, Stability, matching};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "media", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    matching(browser, QUERIES).map(Reading::Present)
}

const QUERIES: &[&str] = &[
    "(inverted-colors:inverted)",
    "(forced-colors:active)",
    "(prefers-contrast:more)",
    "(prefers-contrast:less)",
    "(prefers-reduced-motion:reduce)",
    "(prefers-reduced-transparency:reduce)",
];
