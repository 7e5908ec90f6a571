//! The one-time canvas probe: a picture that only the server's seed decides, drawn by processor and by graphics stack.
//!
//! A recorded answer is worth nothing, because each seed is verified once; who copied a profile needs a renderer like its owner's
//! at the time of the login (Laperdrix et al., "Morellian Analysis for Browsers", DIMVA 2019).
//!
//! Text, emoji, gradients, curves, shadows and blending are there because each tells other machines apart, and the picture
//! is large because size tells more than length of text does. Text is never upright and in generic families only, so that neither
//! pixel ratio nor an unrelated font changes it.
//!
//! Whoever changes a picture by as much as a pixel raises [`DRAWING`], or every known device is challenged.
//!
//! Lies: as the signal `canvas`. Instead of drawing each picture twice, one picture whose pixels are known is read: noise that
//! stays the same all session (Brave, Firefox) changes it as well, which two equal drawings would hide.
//!
//! [`DRAWING`]: login_guard_protocol::challenge::probe::DRAWING

use login_guard_protocol::{
    challenge::probe::{CPU, DEFAULT, answer_message, stream_message},
    evidence::Writer,
};

use crate::{
    boundary::{Browser, CryptoKey, Fault, Value},
    canvas::{self, Raster},
    evidence,
    signals::Reading,
};

/// Draws both pictures of a seed and digests them under the device's digest key. Answers the two members of the
/// document's entry; a failure to draw is such a member too.
pub async fn answer(browser: &Browser, seed: &str, key: &CryptoKey) -> String {
    let mut writer = Writer::default();
    let bytes = stream(browser, seed).await;
    for (name, raster) in [(CPU, Raster::Software), (DEFAULT, Raster::Default)] {
        let drawn = match &bytes {
            Ok(bytes) => picture(browser, raster, bytes),
            Err(fault) => Err(*fault),
        };
        let outcome = match drawn {
            // digested where they are: copying them would take as long as drawing them
            Ok(Some(pixels)) => {
                browser.digests(None, &[pixels]).await.map(|digests| Reading::Present(digests.concat()))
            }
            Ok(None) => Ok(Reading::Noisy),
            Err(fault) => Err(fault),
        };
        let message = match &outcome {
            Ok(Reading::Present(digest)) => answer_message(seed, name, digest),
            _ => Vec::new(),
        };
        let digests = browser.digests(Some(key), &[message.as_slice().into()]).await;
        evidence::write(&mut writer, name, &outcome, digests);
    }
    writer.into_components()
}

/// The deterministic stream behind a seed: SHA-256 in counter mode.
async fn stream(browser: &Browser, seed: &str) -> Result<Vec<u8>, Fault> {
    let mut messages: Vec<Value> = Vec::new();
    for counter in 0..BLOCKS {
        messages.push(stream_message(seed, counter).as_slice().into());
    }
    Ok(browser.digests(None, &messages).await?.concat())
}

/// The pixels, or none where the browser changes what is read.
fn picture(browser: &Browser, raster: Raster, stream: &[u8]) -> Result<Option<Value>, Fault> {
    if !reads_true(browser)? {
        return Ok(None);
    }
    let mut pen = Pen { context: canvas::context(browser, raster, WIDTH, HEIGHT)?, stream, at: 0, fault: None };
    pen.fill_style();
    pen.call("fillRect", &[0.0.into(), 0.0.into(), WIDTH.into(), HEIGHT.into()]);
    for at in 0..OBJECTS {
        pen.object(at);
    }
    match pen.fault {
        Some(fault) => Err(fault),
        None => canvas::pixels(&pen.context, WIDTH, HEIGHT).map(Some),
    }
}

/// Whether pixels that were put are the pixels that are read. No two neighbours are alike, since some noise leaves even areas alone.
fn reads_true(browser: &Browser) -> Result<bool, Fault> {
    let mut known = Vec::new();
    for at in 0..KNOWN * KNOWN {
        // opaque, since the colours of others are not kept exactly
        known.extend_from_slice(&(at.wrapping_mul(2_654_435_761) | 255).to_be_bytes());
    }
    let side = f64::from(KNOWN);
    let image = browser.construct("ImageData", &[side.into(), side.into()])?;
    image.property("data")?.run("set", &[known.as_slice().into()])?;
    let context = canvas::context(browser, Raster::Software, side, side)?;
    context.run("putImageData", &[image, 0.0.into(), 0.0.into()])?;
    Ok(canvas::pixels(&context, side, side)?.bytes()? == known)
}

/// Draws what a stream of bytes decides, and keeps the first fault.
struct Pen<'a> {
    context: Value,
    stream: &'a [u8],
    at: usize,
    fault: Option<Fault>,
}

impl Pen<'_> {
    /// A curve, letters or emoji, somewhere.
    fn object(&mut self, at: u32) {
        self.call("resetTransform", &[]);
        let (blend, shadow) = (self.one_of(BLENDS), self.color());
        self.set("globalCompositeOperation", blend.into());
        self.set("shadowColor", shadow);
        let blur = self.below(14.0);
        self.set("shadowBlur", blur.into());
        self.fill_style();
        let place = [self.below(WIDTH).into(), self.below(HEIGHT).into()];
        self.call("translate", &place);
        // from 6 to 40 degrees either way, so that no text is upright
        let angle = 0.1 + self.below(0.6);
        self.call("rotate", &[if at.is_multiple_of(2) { angle } else { -angle }.into()]);
        if at.is_multiple_of(3) {
            self.call("beginPath", &[]);
            for _ in 0..4 {
                let points = self.lengths(6);
                self.call("bezierCurveTo", &points);
            }
            return self.call("fill", &[]);
        }
        let (letters, count) = if at % 3 == 1 { (LETTERS, 10) } else { (EMOJI, 3) };
        // such as `italic 47px serif`, from 30 to 79 pixels; each family in each picture
        let family = if at % 9 < 3 {
            "px serif"
        } else if at % 9 < 6 {
            "px sans-serif"
        } else {
            "px monospace"
        };
        let font = [self.one_of(STYLES), self.one_of(TENS), self.one_of(ONES), family].concat();
        self.set("font", font.as_str().into());
        let mut text = String::new();
        for _ in 0..count {
            text.push(self.one_of(letters));
        }
        self.call("fillText", &[text.as_str().into(), (-150.0).into(), 20.0.into()]);
    }

    /// A gradient of three colours along a line.
    fn fill_style(&mut self) {
        let line = self.lengths(4);
        match self.context.call("createLinearGradient", &line) {
            Ok(gradient) => {
                for stop in [0.0, 0.5, 1.0] {
                    let done = gradient.run("addColorStop", &[stop.into(), self.color()]);
                    self.keep(done);
                }
                self.set("fillStyle", gradient);
            }
            Err(fault) => self.keep(Err(fault)),
        }
    }

    /// `#rrggbbaa`, never fully transparent.
    fn color(&mut self) -> Value {
        let mut color = String::from("#");
        for at in 0..4 {
            let byte = self.byte() | if at == 3 { 0x80 } else { 0 };
            for half in [byte >> 4, byte & 15] {
                color.push(char::from(if half < 10 { b'0' + half } else { b'a' - 10 + half }));
            }
        }
        color.as_str().into()
    }

    fn lengths(&mut self, count: u32) -> Vec<Value> {
        let mut lengths = Vec::new();
        for _ in 0..count {
            lengths.push((self.below(400.0) - 200.0).into());
        }
        lengths
    }

    /// From 0 up to `limit`, in 65,536 steps.
    fn below(&mut self, limit: f64) -> f64 {
        f64::from(u16::from_be_bytes([self.byte(), self.byte()])) / 65_536.0 * limit
    }

    fn one_of<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        // a byte is enough for the longest of these lists
        let at = self.below(f64::from(u16::try_from(choices.len()).unwrap_or_default()));
        choices
            .iter()
            .zip(1_u16..)
            .find(|(_, next)| at < f64::from(*next))
            .map(|(choice, _)| *choice)
            .unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.stream.get(self.at).copied().unwrap_or_default()
    }

    fn call(&mut self, method: &str, arguments: &[Value]) {
        let done = self.context.run(method, arguments);
        self.keep(done);
    }

    fn set(&mut self, name: &str, value: Value) {
        let done = self.context.set(name, value);
        self.keep(done);
    }

    fn keep(&mut self, done: Result<(), Fault>) {
        if let Err(fault) = done {
            self.fault = Some(fault);
        }
    }
}

/// Pixels.
const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 220.0;
const KNOWN: u32 = 48;
const OBJECTS: u32 = 15;
/// Enough that no choice comes twice out of the same bytes.
const BLOCKS: u8 = 40;
const BLENDS: &[&str] =
    &["multiply", "screen", "overlay", "difference", "hard-light", "soft-light", "exclusion", "source-over"];
const STYLES: &[&str] = &["", "italic ", "bold "];
const TENS: &[&str] = &["3", "4", "5", "6", "7"];
const ONES: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LETTERS: &[char] = &[
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'K', 'M', 'N', 'Q', 'R', 'S', 'W', 'X', 'a', 'b', 'd', 'e', 'f', 'g', 'h',
    'j', 'k', 'm', 'n', 'q', 'r', 's', 'w', 'y', '2', '3', '5', '8', '@', '&', '§', 'ß', 'ø', 'Δ', 'Ω', 'λ', 'ξ', 'Ж',
    'Щ', 'я',
];
const EMOJI: &[char] = &[
    '\u{1f98a}',
    '\u{1f511}',
    '\u{1f600}',
    '\u{1f680}',
    '\u{1f419}',
    '\u{1f335}',
    '\u{1f355}',
    '\u{1f3a7}',
    '\u{1f984}',
    '\u{1f30d}',
    '\u{1f341}',
    '\u{1f40c}',
];
