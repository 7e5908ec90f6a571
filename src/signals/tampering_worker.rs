//! Values that a worker reads otherwise than its page: a script or tool has changed one of the two. No part of the machine.
//!
//! The page hands its own to the worker (`pageNavigator`, see www/evidence.ts), and they stay in the browser. Developer tools that
//! play another device differ as well.

use super::{Cost, Reading, Scope, Signal, Stability, traces};
use crate::boundary::{Browser, Fault, Value};

pub const SIGNAL: Signal =
    Signal { name: "tampering-worker", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let (page, here) = (browser.at("pageNavigator")?, browser.at("navigator")?);
    let json = |navigator: &Value, name: &str| navigator.property(name).and_then(|value| value.json());
    let differs = |name: &&&str| json(&page, name) != json(&here, name);
    Ok(traces(NAMES.iter().filter(differs).map(|name| (*name).to_owned()).collect()))
}

const NAMES: &[&str] = &["deviceMemory", "hardwareConcurrency", "language", "languages", "platform", "userAgent"];
