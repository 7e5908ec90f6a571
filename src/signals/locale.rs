//! How numbers and dates are written (ECMA-402 section 15.3.5): locale and digits. Follows the system or the browser's own
//! language.
//!
//! Apart from `languages` and `timezone`, so that a trip moves one of the three. Asked of the formatter of numbers, which has
//! the same locale as that of dates and is made ten times faster.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "locale", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(&browser.at("Intl.NumberFormat().resolvedOptions()")?, &["locale", "numberingSystem"])
}
