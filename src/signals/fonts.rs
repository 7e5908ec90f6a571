//! Which of a fixed set of font families are installed, told by the width of a text.
//!
//! A family counts as installed when its text is not as wide as the fallback's. Yes or no is steadier than
//! widths, which change with rendering. In a worker, because page and worker resolve families differently in Firefox.

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault, Value};

pub const SIGNAL: Signal =
    Signal { name: "fonts", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let canvas = browser.construct("OffscreenCanvas", &[8.0.into(), 8.0.into()])?;
    let context = canvas.call("getContext", &["2d".into()])?;
    let mut installed = vec![0; FAMILIES.len()];
    for fallback in ["monospace", "serif"] {
        let fallback_width = width(&context, fallback)?;
        for (flag, family) in installed.iter_mut().zip(FAMILIES) {
            let with_family = width(&context, &["'", family, "',", fallback].concat())?;
            *flag |= u8::from((with_family - fallback_width).abs() > TOLERANCE);
        }
    }
    Ok(Reading::Present(installed))
}

fn width(context: &Value, families: &str) -> Result<f64, Fault> {
    context.set("font", ["64px ", families].concat().as_str())?;
    context.call("measureText", &["mwWlLi10O&@".into()])?.property("width")?.number()
}

/// Pixels at 64 px; rounding differs by less.
const TOLERANCE: f64 = 0.5;
/// Families that come with systems, office and design software and languages. The order is part of the reading.
const FAMILIES: &[&str] = &[
    "American Typewriter",
    "Arial",
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
    "Courier New",
    "DejaVu Sans",
    "DejaVu Serif",
    "Droid Sans",
    "FangSong",
    "Fira Sans",
    "Franklin Gothic Medium",
    "Futura",
    "Gadugi",
    "Garamond",
    "Geneva",
    "Georgia",
    "Gill Sans",
    "Helvetica",
    "Helvetica Neue",
    "Hiragino Sans",
    "Impact",
    "KaiTi",
    "Leelawadee UI",
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
    "Tahoma",
    "Times New Roman",
    "Trebuchet MS",
    "Ubuntu",
    "Verdana",
    "WenQuanYi Micro Hei",
];
