//! What signals and challenges that draw have in common: a fresh canvas, who draws on it, and its pixels.
//!
//! May import `boundary`. Text is drawn and measured with geometric precision, because hinting and pixel ratio move the rest in
//! Chromium and Firefox. `willReadFrequently` keeps pictures off the graphics card, so that a driver's update changes nothing;
//! only a picture that is about the card goes without. A canvas is read once: some browsers change how they draw after a read.

use crate::boundary::{Browser, Fault, Value};

/// Who draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raster {
    /// Whoever the browser chooses: the graphics card, where there is one.
    Default,
    /// The processor.
    Software,
}

/// A context for drawing on a fresh canvas.
///
/// # Errors
/// [`Fault::Missing`] where there are no canvases in workers.
pub fn context(browser: &Browser, raster: Raster, width: f64, height: f64) -> Result<Value, Fault> {
    let options = browser.construct("Object", &[])?;
    options.set("willReadFrequently", raster == Raster::Software)?;
    let canvas = browser.construct("OffscreenCanvas", &[width.into(), height.into()])?;
    let context = canvas.call("getContext", &["2d".into(), options])?;
    context.set("textRendering", "geometricPrecision")?;
    Ok(context)
}

/// All pixels of a canvas, four bytes each; they stay on the browser's side.
///
/// # Errors
/// [`Fault::Thrown`] where reading is forbidden.
pub fn pixels(context: &Value, width: f64, height: f64) -> Result<Value, Fault> {
    context.call("getImageData", &[0.0.into(), 0.0.into(), width.into(), height.into()])?.property("data")
}
