//! What the signals of the screen share: lengths that zooming leaves alone. No signal itself.

use crate::boundary::{Browser, Fault};

/// A length of `screen`, in pixels that zooming the page leaves alone, but for rounding.
///
/// Firefox, which alone has `mozInnerScreenX`, counts the screen in pixels of the zoomed page; the others in those of the
/// desktop, and their pixel ratio follows the zoom as well.
pub(super) fn length(browser: &Browser, name: &str) -> Result<f64, Fault> {
    let length = browser.at("screen")?.property(name)?.number()?;
    let zoomed = browser.at("mozInnerScreenX").and_then(|_| browser.at("devicePixelRatio"));
    Ok(length * zoomed.and_then(|ratio| ratio.number()).unwrap_or(1.0))
}

/// The screen's two sides, the shorter one first, so that turning a phone changes nothing.
pub(super) fn sides(browser: &Browser) -> Result<[f64; 2], Fault> {
    let (width, height) = (length(browser, "width")?, length(browser, "height")?);
    Ok([width.min(height), width.max(height)])
}
