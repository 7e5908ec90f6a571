//! How letters are drawn: tells fonts, their rendering and the engine apart. An engine's update may change it.
//!
//! In a worker, because page and worker differ in Firefox. Rotated, since upright text changes with the pixel ratio. Only
//! generic families follow the named ones, so that an unrelated new font changes nothing. Lies: as `canvas`.

use super::{
    Cost, Reading, Scope, Signal, Stability,
    drawing::{Step, picture},
};
use crate::{
    boundary::{Browser, Fault},
    canvas::Raster,
};

pub const SIGNAL: Signal =
    Signal { name: "canvas-text", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Letters, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    picture(browser, Raster::Software, 240.0, 90.0, PICTURE)
}

const PICTURE: &[Step] = &[
    Step::Call("rotate", &[0.17]),
    Step::Set("font", "21px Georgia, serif"),
    Step::Set("fillStyle", "#0b2e4f"),
    Step::Text("Quartz glyph vow & fjord", 12.3, 22.7),
    Step::Set("font", "italic 17px Verdana, sans-serif"),
    Step::Set("fillStyle", "rgba(20,140,90,0.7)"),
    Step::Text("αβγ Жщ 永東 @#%", 20.1, 42.4),
];
