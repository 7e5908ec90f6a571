//! How emoji are drawn: tells operating systems, their versions and makers of phones apart.
//!
//! A tile of its own, because an added emoji font changes just this (seen in Chromium and WebKit; Firefox brings its own
//! font on Linux). In a worker and rotated, and with the lies of, `canvas`.

use super::{
    Cost, Reading, Scope, Signal, Stability,
    drawing::{Step, picture},
};
use crate::{
    boundary::{Browser, Fault},
    canvas::Raster,
};

pub const SIGNAL: Signal =
    Signal { name: "emoji", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Letters, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    picture(
        browser,
        Raster::Software,
        64.0,
        40.0,
        &[
            Step::Call("rotate", &[0.17]),
            Step::Set("font", "24px sans-serif"),
            Step::Text("\u{1f98a}\u{1f511}", 6.6, 24.2),
        ],
    )
}
