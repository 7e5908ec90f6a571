//! Media features (Media Queries Level 5): what the display can do, how the device is pointed at, and what the
//! person asked of the system.
//!
//! The colour scheme is left out because it follows the time of day on many machines.

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "media", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    QUERIES
        .iter()
        .map(|query| browser.matches_media(query).map(u8::from))
        .collect::<Result<_, _>>()
        .map(Reading::Present)
}

const QUERIES: &[&str] = &[
    "(color-gamut:p3)",
    "(color-gamut:rec2020)",
    "(dynamic-range:high)",
    "(monochrome)",
    "(inverted-colors:inverted)",
    "(forced-colors:active)",
    "(prefers-contrast:more)",
    "(prefers-reduced-motion:reduce)",
    "(prefers-reduced-transparency:reduce)",
    "(any-pointer:fine)",
    "(any-pointer:coarse)",
    "(any-hover:hover)",
];
