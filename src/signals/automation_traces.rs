//! Objects that automation tools leave on the page, and the name of a Chromium without a window, before which nobody sits. No
//! part of the machine. None is the usual case.

use super::{Cost, Reading, Scope, Signal, Stability, contains, there, traces};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "automation-traces", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let mut found = there(browser, OBJECTS);
    if contains(&browser.at("navigator.userAgent")?.text()?, HEADLESS) {
        found.push(HEADLESS.to_owned());
    }
    Ok(traces(found))
}

/// Firefox and WebKitGTK call themselves the same with and without a window.
const HEADLESS: &str = "Headless";

const OBJECTS: &[&str] = &[
    "$cdc_asdjflasutopfhvcZLmcfl_",
    "Cypress",
    "__nightmare",
    "__phantomas",
    "__playwright__binding__",
    "__puppeteer_evaluation_script__",
    "__pwInitScripts",
    "_phantom",
    "callPhantom",
    "cdc_adoQpoasnfa76pfcZLmcfl_Array",
    "document.$cdc_asdjflasutopfhvcZLmcfl_",
    "document.__selenium_unwrapped",
    "document.__webdriver_script_fn",
    "domAutomation",
    "domAutomationController",
    "process.versions.node",
];
