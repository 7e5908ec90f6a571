//! The shapes of `canvas` as the graphics stack draws them: tells graphics cards and drivers apart where there are any.
//!
//! Without a graphics card it is the picture of `canvas` once more, hence a signal of its own: a driver's update changes this
//! one alone. Last of its worker, since the first read back from a card took up to 0.8 s. Lies: as `canvas`.

use super::{
    Cost, Reading, Scope, Signal, Stability,
    drawing::{SHAPES, picture},
};
use crate::{
    boundary::{Browser, Fault},
    canvas::Raster,
};

pub const SIGNAL: Signal = Signal {
    name: "canvas-accelerated",
    stability: Stability::System,
    cost: Cost::Rendering,
    scope: Scope::Worker,
    read,
};

fn read(browser: &Browser) -> Result<Reading, Fault> {
    picture(browser, Raster::Default, 120.0, 90.0, SHAPES)
}
