//! Objects that automation tools leave on the page. No part of the machine. None is the usual case.

use super::{Cost, Reading, Scope, Signal, Stability, there, traces};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "automation-traces", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

#[expect(clippy::unnecessary_wraps, reason = "every signal may fail; this one does not")]
fn read(browser: &Browser) -> Result<Reading, Fault> {
    Ok(traces(there(browser, OBJECTS)))
}

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
