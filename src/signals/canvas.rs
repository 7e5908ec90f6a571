//! How curves, gradients and blending are drawn: tells engines and processors apart.
//!
//! In a worker, because the first read of a process took up to 1.6 s. No text, so that no font changes it, and
//! off the graphics card, so that no driver does.
//!
//! Lies: Firefox draws noise over it while it resists fingerprinting, <https://bugzilla.mozilla.org/show_bug.cgi?id=1816189>; WebKit
//! in private windows; Brave in every window, <https://github.com/brave/brave-browser/issues/8787>, the same all session. The
//! first two are told by a second picture; the third looks like another machine after a restart.

use super::{
    Cost, Reading, Scope, Signal, Stability,
    drawing::{SHAPES, picture},
};
use crate::{
    boundary::{Browser, Fault},
    canvas::Raster,
};

pub const SIGNAL: Signal =
    Signal { name: "canvas", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    picture(browser, Raster::Software, 120.0, 90.0, SHAPES)
}
