//! Which browser of its engine it is, by the objects that makers leave on the page. A set: makers add and drop some.

use super::{Cost, Reading, Scope, Signal, Stability, there};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "flavors", stability: Stability::System, cost: Cost::Free, scope: Scope::Page, read };

#[expect(clippy::unnecessary_wraps, reason = "every signal may fail; this one does not")]
fn read(browser: &Browser) -> Result<Reading, Fault> {
    Ok(Reading::Set(there(browser, OBJECTS)))
}

const OBJECTS: &[&str] = &[
    "chrome",
    "safari",
    "opr",
    "navigator.brave",
    "navigator.globalPrivacyControl",
    "__crWeb",
    "__gCrWeb",
    "__edgeTrackingPreventionStatistics",
    "__firefox__",
    "mozInnerScreenX",
    "yandex",
    "__yb",
    "samsungAr",
    "ucweb",
    "puffinDevice",
    "miui",
];
