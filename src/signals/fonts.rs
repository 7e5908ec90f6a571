//! Which of a fixed set of font families are installed, told by the width of a text.
//!
//! A family counts as installed when its text is not as wide as the fallback's; the fallback itself never does. Yes or no is steadier than
//! widths, which change with rendering, and a set, so that an office package is a small change. In a worker, because page and
//! worker resolve families differently in Firefox, and a page's own web fonts do not reach it
//! (<https://github.com/fingerprintjs/fingerprintjs/issues/628>).
//!
//! Lies: Firefox that resists fingerprinting and Safari show only the fonts that come with the system.

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::{
    boundary::{Browser, Fault, Value},
    canvas::{self, Raster},
};

pub const SIGNAL: Signal =
    Signal { name: "fonts", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Letters, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let context = canvas::context(browser, Raster::Software, 8.0, 8.0)?;
    let fallback = width(&context, "serif")?;
    let mut installed = Vec::new();
    for family in FAMILIES {
        if (width(&context, &["'", family, "',serif"].concat())? - fallback).abs() > TOLERANCE {
            installed.push((*family).to_owned());
        }
    }
    Ok(Reading::Set(installed))
}

fn width(context: &Value, families: &str) -> Result<f64, Fault> {
    context.set("font", ["64px ", families].concat().as_str())?;
    context.call("measureText", &["mwWlLi10O&@".into()])?.property("width")?.number()
}

/// Pixels at 64 px; rounding differs by less.
const TOLERANCE: f64 = 0.5;
/// Families that come with systems, office and design software and languages; one of those that only come together.
const FAMILIES: &[&str] = &[
    "American Typewriter",
    "Arial Narrow",
    "Avenir Next",
    "Bahnschrift",
    "Baskerville",
    "Calibri",
    "Cambria",
    "Cantarell",
    "Century Gothic",
    "Comic Sans MS",
    "Consolas",
    "DejaVu Sans",
    "DejaVu Serif",
    "Droid Sans",
    "FangSong",
    "Fira Sans",
    "Franklin Gothic Medium",
    "Futura",
    "Garamond",
    "Gill Sans",
    "Helvetica Neue",
    "Hiragino Sans",
    "Impact",
    "KaiTi",
    "Liberation Sans",
    "Lucida Console",
    "Malgun Gothic",
    "Meiryo",
    "Menlo",
    "Microsoft YaHei",
    "Minion Pro",
    "Monaco",
    "MS Gothic",
    "Noto Sans",
    "Noto Sans CJK SC",
    "Optima",
    "Palatino",
    "PingFang SC",
    "Roboto",
    "Segoe UI",
    "SimSun",
    "Source Han Sans SC",
    "Ubuntu",
    "Verdana",
    "WenQuanYi Micro Hei",
];
