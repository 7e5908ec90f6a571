//! Which extensions of WebGL there are. A set, because browser and driver updates add one now and then.
//!
//! In a worker, as `webgl`, and with the same lies.

use super::{Cost, Reading, Scope, Signal, Stability, graphics};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal = Signal {
    name: "webgl-extensions",
    stability: Stability::System,
    cost: Cost::Rendering,
    scope: Scope::Worker,
    read,
};

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let names = graphics::context(browser)?.call("getSupportedExtensions", &[])?.call("join", &[" ".into()])?.text()?;
    Ok(Reading::Set(names.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect()))
}
