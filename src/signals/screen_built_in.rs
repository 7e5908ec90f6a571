//! The size of an iPhone's screen, the shorter side first: built into the machine, and nearly all that tells two models apart.
//!
//! A phone that asks for desktop sites says it is a Mac, with Apple's name and its fingers still, and with its own screen:
//! `screen` counts the built-in one in points, which neither turning nor the zoom of a page changes. The pixel ratio is
//! left out, since pages that a browser zooms change it (<https://github.com/WebKit/WebKit/pull/53546>). Only the zoom of the whole display
//! changes the size, which a person sets once.
//!
//! Tablets are left out: where an iPad's owner has chosen protection against fingerprinting for all sites, its screen is the
//! window, which changes by the hour; so their screen is a setting, `screen-size`, like that of a Mac with its monitors.
//!
//! Lies: the same protection tells one of four sizes on a phone. WebKit's reading of pages by machine
//! (<https://github.com/WebKit/WebKit/pull/72056>) has no fingers, and therefore no such screen.

use super::{Cost, Reading, Scope, Signal, Stability, pixels};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "screen-built-in", stability: Stability::Machine, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let sides = pixels::sides(browser)?;
    let navigator = browser.at("navigator")?;
    let is_touched = navigator.property("maxTouchPoints")?.number()? > 0.0;
    // no phone's shorter side is longer, no tablet's shorter
    let is_phone = is_touched && sides[0] < 500.0 && navigator.property("vendor")?.text()?.starts_with("Apple");
    Ok(if is_phone { Reading::Present(sides.map(f64::to_be_bytes).concat()) } else { Reading::Absent("none") })
}
