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
    let list = graphics::context(browser)?.call("getSupportedExtensions", &[])?;
    let names = (0..).map_while(|at| list.item(at).and_then(|name| name.text()).ok());
    Ok(Reading::Set(names.collect()))
}
