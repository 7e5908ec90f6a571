//! What Chromium tells of the machine on request (User-Agent Client Hints, section 4.2): processor, its width, model of a phone.
//!
//! No versions, which change with updates. Digested like everything; only brand and kind of device go in clear, as facts.
//! Lies: Brave and others leave parts empty; a browser on Windows under ARM may say x86 while it is translated.

use super::{Cost, Pending, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault, Value};

pub const SIGNAL: Signal =
    Signal { name: "client-hints", stability: Stability::Machine, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let names: Vec<Value> = HINTS.iter().map(|name| Value::from(*name)).collect();
    let promise = browser.at("navigator.userAgentData")?.call("getHighEntropyValues", &[names.as_slice().into()])?;
    Ok(Reading::Pending(Pending { promise, finish }))
}

fn finish(_: &Browser, hints: &Value) -> Result<Reading, Fault> {
    properties(hints, HINTS)
}

const HINTS: &[&str] = &["architecture", "bitness", "model", "wow64"];
