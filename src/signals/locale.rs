//! How dates and numbers are written (ECMA-402 section 11.3.7): locale, calendar, digits. Follows the system or the browser's
//! own language.
//!
//! Apart from `languages` and `timezone`, so that a trip moves one of the three. In a worker, as `timezone`.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "locale", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let options = browser.at("Intl.DateTimeFormat().resolvedOptions()")?;
    properties(&options, &["locale", "calendar", "numberingSystem"])
}
