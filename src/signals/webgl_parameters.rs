//! What the graphics stack can do: limits of WebGL and the precision of its shaders. A driver's update seldom changes it.
//!
//! In a worker, as `webgl`. Lies: Firefox that resists fingerprinting gives the least that the standard allows.

use login_guard_protocol::Transcript;

use super::{Cost, Reading, Scope, Signal, Stability, graphics};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal = Signal {
    name: "webgl-parameters",
    stability: Stability::Machine,
    cost: Cost::Rendering,
    scope: Scope::Worker,
    read,
};

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let context = graphics::context(browser)?;
    // opens the limit of anisotropy; where there is none, that reads as nothing
    context.run("getExtension", &["EXT_texture_filter_anisotropic".into()])?;
    let mut reading = Transcript::new("webgl-parameters");
    for name in LIMITS {
        reading = reading.part(graphics::parameter(&context, *name).as_bytes());
    }
    for shader in [VERTEX_SHADER, FRAGMENT_SHADER] {
        for kind in [MEDIUM_FLOAT, HIGH_FLOAT, HIGH_INT] {
            let format = context.call("getShaderPrecisionFormat", &[shader.into(), kind.into()])?;
            for part in ["rangeMin", "rangeMax", "precision"] {
                reading = reading.part(&format.property(part)?.number()?.to_be_bytes());
            }
        }
    }
    Ok(Reading::Present(reading.into_bytes()))
}

const FRAGMENT_SHADER: f64 = 35_632.0;
const VERTEX_SHADER: f64 = 35_633.0;
const MEDIUM_FLOAT: f64 = 36_337.0;
const HIGH_FLOAT: f64 = 36_338.0;
const HIGH_INT: f64 = 36_341.0;
/// Names of WebGL 1.0 section 5.14, by number.
const LIMITS: &[f64] = &[
    3_379.0,  // MAX_TEXTURE_SIZE
    3_386.0,  // MAX_VIEWPORT_DIMS
    3_408.0,  // SUBPIXEL_BITS
    3_414.0,  // DEPTH_BITS
    3_415.0,  // STENCIL_BITS
    32_937.0, // SAMPLES
    33_901.0, // ALIASED_POINT_SIZE_RANGE
    33_902.0, // ALIASED_LINE_WIDTH_RANGE
    34_024.0, // MAX_RENDERBUFFER_SIZE
    34_047.0, // MAX_TEXTURE_MAX_ANISOTROPY_EXT
    34_076.0, // MAX_CUBE_MAP_TEXTURE_SIZE
    34_921.0, // MAX_VERTEX_ATTRIBS
    34_930.0, // MAX_TEXTURE_IMAGE_UNITS
    35_660.0, // MAX_VERTEX_TEXTURE_IMAGE_UNITS
    35_661.0, // MAX_COMBINED_TEXTURE_IMAGE_UNITS
    36_347.0, // MAX_VERTEX_UNIFORM_VECTORS
    36_348.0, // MAX_VARYING_VECTORS
    36_349.0, // MAX_FRAGMENT_UNIFORM_VECTORS
];
