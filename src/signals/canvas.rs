//! How text, curves, gradients and blending are drawn: tells engine, font rendering and fonts apart.
//!
//! In a worker, because the first read of a process took up to 1.6 s, and because page and worker differ in Firefox.
//! Text is rotated with geometric precision, since upright text changes with the pixel ratio. `willReadFrequently`
//! keeps the picture off the graphics card, so a driver's update changes nothing. Two fresh pictures that differ are noise.

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault, Value};

pub const SIGNAL: Signal =
    Signal { name: "canvas", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let picture = draw(browser)?;
    if picture.windows(2).all(|pair| pair.first() == pair.last()) {
        return Ok(Reading::Absent("blocked"));
    }
    Ok(if draw(browser)? == picture { Reading::Present(picture) } else { Reading::Noisy })
}

/// Draws on a fresh canvas and reads its pixels.
fn draw(browser: &Browser) -> Result<Vec<u8>, Fault> {
    let options = browser.construct("Object", &[])?;
    options.set("willReadFrequently", true)?;
    let canvas = browser.construct("OffscreenCanvas", &[WIDTH.into(), HEIGHT.into()])?;
    let context = canvas.call("getContext", &["2d".into(), options])?;
    let gradient = context.call("createLinearGradient", &[0.0.into(), 0.0.into(), WIDTH.into(), HEIGHT.into()])?;
    for (stop, color) in [(0.0, "#1b6ca8"), (0.4, "#f2a541"), (1.0, "#7a1f5c")] {
        gradient.run("addColorStop", &[stop.into(), color.into()])?;
    }
    context.set("fillStyle", gradient)?;
    for step in PICTURE {
        step.draw(&context)?;
    }
    let area = [0.0.into(), 0.0.into(), WIDTH.into(), HEIGHT.into()];
    context.call("getImageData", &area)?.property("data")?.bytes()
}

/// One step of drawing.
enum Step {
    Call(&'static str, &'static [f64]),
    Set(&'static str, &'static str),
    Text(&'static str, f64, f64),
}

impl Step {
    fn draw(&self, context: &Value) -> Result<(), Fault> {
        match self {
            Self::Call(method, numbers) => {
                let numbers: Vec<Value> = numbers.iter().map(|number| Value::from(*number)).collect();
                context.run(method, &numbers)
            }
            Self::Set(property, text) => context.set(property, *text),
            Self::Text(text, x, y) => context.run("fillText", &[Value::from(*text), (*x).into(), (*y).into()]),
        }
    }
}

const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 140.0;
/// Only generic families follow the named ones, so that an unrelated new font changes nothing.
const PICTURE: &[Step] = &[
    Step::Call("fillRect", &[0.0, 0.0, 240.0, 140.0]),
    Step::Set("textRendering", "geometricPrecision"),
    Step::Call("rotate", &[0.17]),
    Step::Set("font", "21px Georgia, serif"),
    Step::Set("fillStyle", "#0b2e4f"),
    Step::Text("Quartz glyph vow & fjord", 12.3, 22.7),
    Step::Set("font", "italic 17px Verdana, sans-serif"),
    Step::Set("fillStyle", "rgba(20,140,90,0.7)"),
    Step::Text("αβγ Жщ 永東 @#%", 20.1, 52.4),
    Step::Set("font", "25px sans-serif"),
    Step::Text("\u{1f98a}\u{1f511}", 150.6, 50.2),
    Step::Set("globalCompositeOperation", "multiply"),
    Step::Set("shadowColor", "rgba(180,30,30,0.6)"),
    Step::Call("beginPath", &[]),
    Step::Call("arc", &[70.5, 82.5, 30.3, 0.0, 6.2]),
    Step::Set("fillStyle", "rgb(250,120,200)"),
    Step::Call("fill", &[]),
    Step::Set("globalCompositeOperation", "difference"),
    Step::Call("beginPath", &[]),
    Step::Call("moveTo", &[100.3, 70.1]),
    Step::Call("bezierCurveTo", &[130.7, 20.9, 190.2, 130.4, 225.5, 40.6]),
    Step::Call("quadraticCurveTo", &[180.2, 110.7, 110.9, 90.3]),
    Step::Set("fillStyle", "rgb(60,220,180)"),
    Step::Call("fill", &[]),
];
