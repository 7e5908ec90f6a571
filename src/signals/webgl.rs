//! The graphics stack by name: vendor, renderer and the version of WebGL.
//!
//! In a worker, where WebKit has no WebGL today, nor Firefox without a screen: absent there, which is a value too.
//!
//! Lies: Firefox and Safari name a class of graphics chips instead of the chip, always the same one. Chromium without a
//! graphics card says `SwiftShader`, so a virtual machine differs from its host.

use login_guard_protocol::Transcript;

use super::{Cost, Reading, Scope, Signal, Stability, graphics};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "webgl", stability: Stability::Machine, cost: Cost::Rendering, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let context = graphics::context(browser)?;
    // asking for the extension opens the two unmasked names; Firefox has them masked in the others, and warns when asked
    let generic = graphics::parameter(&context, RENDERER) == r#""WebKit WebGL""#;
    if generic {
        context.run("getExtension", &["WEBGL_debug_renderer_info".into()])?;
    }
    let names = NAMES.iter().filter(|name| generic || **name < UNMASKED);
    let reading = names
        .fold(Transcript::new("webgl"), |reading, name| reading.part(graphics::parameter(&context, *name).as_bytes()));
    Ok(Reading::Present(reading.into_bytes()))
}

const RENDERER: f64 = 7_937.0;
/// From here on they belong to `WEBGL_debug_renderer_info`.
const UNMASKED: f64 = 37_445.0;
/// Names of WebGL 1.0 section 5.14 and of the extension, by number.
const NAMES: &[f64] = &[
    7_936.0, // VENDOR
    RENDERER, 7_938.0,  // VERSION
    35_724.0, // SHADING_LANGUAGE_VERSION
    UNMASKED, // UNMASKED_VENDOR_WEBGL
    37_446.0, // UNMASKED_RENDERER_WEBGL
];
