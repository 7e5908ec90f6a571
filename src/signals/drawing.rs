//! What the drawing signals share: steps of a picture, boxes around text. No signal itself.

use login_guard_protocol::Transcript;

use super::Reading;
use crate::{
    boundary::{Browser, Fault, Value},
    canvas::{self, Raster},
};

/// One step of drawing.
pub(super) enum Step {
    Call(&'static str, &'static [f64]),
    Set(&'static str, &'static str),
    Text(&'static str, f64, f64),
}

/// Draws a picture twice, on fresh canvases: blocked when all its bytes repeat, noisy when the two differ.
pub(super) fn picture(
    browser: &Browser,
    raster: Raster,
    width: f64,
    height: f64,
    steps: &[Step],
) -> Result<Reading, Fault> {
    let pixels = draw(browser, raster, width, height, steps)?;
    if pixels.chunks_exact(4).all(|pixel| pixels.get(..4) == Some(pixel)) {
        return Ok(Reading::Absent("blocked"));
    }
    let again = draw(browser, raster, width, height, steps)?;
    Ok(if again == pixels { Reading::Present(pixels) } else { Reading::Noisy })
}

/// Measures each text in each font twice: widths and boxes, in pixels.
pub(super) fn boxes(browser: &Browser, fonts: &[&str], texts: &[&str]) -> Result<Reading, Fault> {
    let measured = measure(browser, fonts, texts)?;
    let again = measure(browser, fonts, texts)?;
    Ok(if again == measured { Reading::Present(measured) } else { Reading::Noisy })
}

fn draw(browser: &Browser, raster: Raster, width: f64, height: f64, steps: &[Step]) -> Result<Vec<u8>, Fault> {
    let context = canvas::context(browser, raster, width, height)?;
    for step in steps {
        match step {
            Step::Call(method, numbers) => {
                let numbers: Vec<Value> = numbers.iter().map(|number| Value::from(*number)).collect();
                context.run(method, &numbers)
            }
            Step::Set(property, text) => context.set(property, *text),
            Step::Text(text, x, y) => context.run("fillText", &[Value::from(*text), (*x).into(), (*y).into()]),
        }?;
    }
    canvas::pixels(&context, width, height)?.bytes()
}

fn measure(browser: &Browser, fonts: &[&str], texts: &[&str]) -> Result<Vec<u8>, Fault> {
    let context = canvas::context(browser, Raster::Software, 8.0, 8.0)?;
    let mut reading = Transcript::new("boxes");
    for font in fonts {
        context.set("font", *font)?;
        for text in texts {
            let measured = context.call("measureText", &[Value::from(*text)])?;
            for side in SIDES {
                // older engines know the width alone
                let length = measured.property(side).and_then(|length| length.number()).unwrap_or_default();
                reading = reading.part(&length.to_be_bytes());
            }
        }
    }
    Ok(reading.into_bytes())
}

/// Of `TextMetrics` (HTML standard, section 4.12.5.1.3).
const SIDES: &[&str] = &[
    "width",
    "actualBoundingBoxLeft",
    "actualBoundingBoxRight",
    "actualBoundingBoxAscent",
    "actualBoundingBoxDescent",
    "fontBoundingBoxAscent",
    "fontBoundingBoxDescent",
];

/// Curves, shadows and blending; no text, so that no font changes them.
pub(super) const SHAPES: &[Step] = &[
    Step::Set("fillStyle", "#1b6ca8"),
    Step::Call("fillRect", &[0.0, 0.0, 70.3, 60.7]),
    Step::Call("rotate", &[0.17]),
    Step::Set("shadowColor", "rgba(180,30,30,0.6)"),
    Step::Set("shadowBlur", "7"),
    Step::Set("globalCompositeOperation", "multiply"),
    Step::Call("beginPath", &[]),
    Step::Call("arc", &[60.5, 42.5, 30.3, 0.0, 6.2]),
    Step::Set("fillStyle", "rgb(250,120,200)"),
    Step::Call("fill", &[]),
    Step::Set("globalCompositeOperation", "difference"),
    Step::Call("beginPath", &[]),
    Step::Call("moveTo", &[10.3, 40.1]),
    Step::Call("bezierCurveTo", &[30.7, -20.9, 90.2, 90.4, 115.5, 10.6]),
    Step::Call("quadraticCurveTo", &[80.2, 70.7, 20.9, 60.3]),
    Step::Set("fillStyle", "rgba(60,220,180,0.8)"),
    Step::Call("fill", &[]),
];
