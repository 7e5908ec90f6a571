//! The one-time canvas probe: what of it both sides, or two releases of one side, must agree on.

use crate::Transcript;

/// The number of the way in which a seed becomes a picture. Answers that were drawn in another way are never compared.
pub const DRAWING: u32 = 1;

/// The picture that the processor draws, which a driver's update leaves alone.
pub const CPU: &str = "cpu";
/// The picture that the browser draws as it likes: by the graphics stack, where there is one.
pub const DEFAULT: &str = "default";

/// The message under the device's digest key for one picture. `pixels` is SHA-256 over its bytes, red, green, blue and alpha of
/// each pixel, row by row.
pub fn answer_message(seed: &str, raster: &str, pixels: &[u8]) -> Vec<u8> {
    Transcript::new("login-guard/probe/v1").part(seed.as_bytes()).part(raster.as_bytes()).part(pixels).into_bytes()
}

/// What SHA-256 is made of for one block of the stream that decides a picture; blocks are counted from 0.
pub fn stream_message(seed: &str, counter: u8) -> Vec<u8> {
    Transcript::new("login-guard/probe-stream/v1").part(seed.as_bytes()).part(&[counter]).into_bytes()
}
