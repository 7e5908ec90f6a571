//! How the browser computes sound: a compressed triangle wave, rendered without a sound card.
//!
//! One value for each engine and kind of processor; unchanged by private windows and by every browser flag tried.
//! Rendered twice, since Safari draws noise over each buffer in private windows, and Brave over each session's
//! (<https://github.com/brave/brave-browser/issues/8787>), which looks like another machine after a restart.
//! Only pages have `OfflineAudioContext`. Rendering may never end on a suspended page, therefore it comes last there.

use super::{Cost, Pending, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault, Value};

pub const SIGNAL: Signal =
    Signal { name: "audio", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let buffers = [render(browser)?, render(browser)?];
    Ok(Reading::Pending(Pending { promise: browser.all(&buffers)?, finish }))
}

/// A promise of the sound.
fn render(browser: &Browser) -> Result<Value, Fault> {
    let context = browser.construct("OfflineAudioContext", &[1.0.into(), SAMPLES.into(), 44_100.0.into()])?;
    let oscillator = context.call("createOscillator", &[])?;
    oscillator.set("type", "triangle")?;
    oscillator.property("frequency")?.set("value", 10_000.0)?;
    let compressor = context.call("createDynamicsCompressor", &[])?;
    for (parameter, value) in COMPRESSOR {
        compressor.property(parameter)?.set("value", *value)?;
    }
    oscillator.run("connect", std::slice::from_ref(&compressor))?;
    compressor.run("connect", &[context.property("destination")?])?;
    oscillator.run("start", &[0.0.into()])?;
    context.call("startRendering", &[])
}

fn finish(_: &Browser, buffers: &Value) -> Result<Reading, Fault> {
    let samples = |at| buffers.item(at)?.call("getChannelData", &[0.0.into()])?.bytes();
    let (first, second) = (samples(0)?, samples(1)?);
    Ok(match first.get(SETTLED_BYTES..) {
        None => Reading::Absent("blocked"),
        Some(_) if first != second => Reading::Noisy,
        // the compressor has settled by then
        Some(settled) => Reading::Present(settled.to_vec()),
    })
}

const SAMPLES: f64 = 5_000.0;
/// Byte offset of sample 4,500; a sample has four bytes.
const SETTLED_BYTES: usize = 18_000;
const COMPRESSOR: &[(&str, f64)] =
    &[("threshold", -50.0), ("knee", 40.0), ("ratio", 12.0), ("attack", 0.0), ("release", 0.25)];
