//! Functions of the browser that a script has replaced: what is read through them may be made up. No part of the machine.
//!
//! A built-in function's text names it and says that its code is native (ECMA-262 section 20.2.3.5); that of a proxy or of a
//! page's function does not. Extensions against fingerprinting replace some too, so a trace accuses nobody. A tool that changes
//! the browser itself is not seen.

use super::{Cost, Reading, Scope, Signal, Stability, contains, traces};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "tampering-natives", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let mut replaced = Vec::new();
    for (owner, names) in NATIVES {
        for name in *names {
            match native(browser, owner, name) {
                Ok(true) | Err(Fault::Missing) => {}
                Ok(false) => replaced.push([owner, ".", name].concat()),
                Err(fault) => return Err(fault),
            }
        }
    }
    // no engine gives these objects properties of their own: what stands there hides what is inherited
    for object in ["navigator", "screen"] {
        let own = browser.at("Object")?.call("getOwnPropertyNames", &[browser.at(object)?])?;
        if own.item(0).is_ok() {
            replaced.push(object.to_owned());
        }
    }
    Ok(traces(replaced))
}

/// Whether a method, or the function behind a property, is the browser's own.
fn native(browser: &Browser, owner: &str, name: &str) -> Result<bool, Fault> {
    let described = browser.at("Object")?.call("getOwnPropertyDescriptor", &[browser.at(owner)?, name.into()])?;
    let function = described.property("get").or_else(|_| described.property("value"))?;
    let text = browser.at("Function.prototype.toString")?.call("call", &[function])?.text()?;
    Ok([name, "[native code]"].into_iter().all(|part| contains(&text, part)))
}

const NATIVES: &[(&str, &[&str])] = &[
    ("Function.prototype", &["toString"]),
    (
        "Navigator.prototype",
        &["hardwareConcurrency", "deviceMemory", "languages", "maxTouchPoints", "platform", "userAgent", "webdriver"],
    ),
    ("Screen.prototype", &["width", "height", "colorDepth"]),
    ("Intl.DateTimeFormat.prototype", &["resolvedOptions"]),
    ("Date.prototype", &["getTimezoneOffset"]),
    ("HTMLCanvasElement.prototype", &["toDataURL", "getContext"]),
    ("OffscreenCanvas.prototype", &["getContext"]),
    ("CanvasRenderingContext2D.prototype", &["getImageData", "measureText"]),
    ("WebGLRenderingContext.prototype", &["getParameter"]),
    ("AudioBuffer.prototype", &["getChannelData"]),
];
