//! The graphics stack: vendor, renderer and limits of WebGL.
//!
//! Read in a worker, where Firefox and WebKit have no WebGL today: absent there, which is a value too. Extensions are
//! left out because browser updates add some.

use login_guard_protocol::Transcript;

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault, Value};

pub const SIGNAL: Signal =
    Signal { name: "webgl", stability: Stability::Machine, cost: Cost::Rendering, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let canvas = browser.construct("OffscreenCanvas", &[8.0.into(), 8.0.into()])?;
    let context = canvas.call("getContext", &["webgl".into()])?;
    // asking for the extension opens the two unmasked names; without it they read as null
    let _opened = context.call("getExtension", &["WEBGL_debug_renderer_info".into()]);
    let mut reading = Transcript::new("webgl");
    for parameter in PARAMETERS {
        let text = context.call("getParameter", &[Value::from(*parameter)]).and_then(|value| value.json());
        reading = reading.part(text.unwrap_or_default().as_bytes());
    }
    // a page may hold few contexts; this one is not needed any more
    if let Ok(extension) = context.call("getExtension", &["WEBGL_lose_context".into()]) {
        extension.run("loseContext", &[])?;
    }
    Ok(Reading::Present(reading.into_bytes()))
}

/// Names of WebGL 1.0 section 5.14 and of `WEBGL_debug_renderer_info`, by number.
const PARAMETERS: &[f64] = &[
    37_445.0, // UNMASKED_VENDOR_WEBGL
    37_446.0, // UNMASKED_RENDERER_WEBGL
    7_936.0,  // VENDOR
    7_937.0,  // RENDERER
    3_379.0,  // MAX_TEXTURE_SIZE
    3_386.0,  // MAX_VIEWPORT_DIMS
    3_408.0,  // SUBPIXEL_BITS
    33_901.0, // ALIASED_POINT_SIZE_RANGE
    33_902.0, // ALIASED_LINE_WIDTH_RANGE
    34_024.0, // MAX_RENDERBUFFER_SIZE
    34_076.0, // MAX_CUBE_MAP_TEXTURE_SIZE
    34_921.0, // MAX_VERTEX_ATTRIBS
    34_930.0, // MAX_TEXTURE_IMAGE_UNITS
    35_660.0, // MAX_VERTEX_TEXTURE_IMAGE_UNITS
    35_661.0, // MAX_COMBINED_TEXTURE_IMAGE_UNITS
    36_347.0, // MAX_VERTEX_UNIFORM_VECTORS
    36_348.0, // MAX_VARYING_VECTORS
    36_349.0, // MAX_FRAGMENT_UNIFORM_VECTORS
];
