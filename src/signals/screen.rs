//! The screen's size, the shorter side first, so that turning a phone changes nothing.
//!
//! The pixel ratio is left out because zooming the page changes it in Chromium and Firefox. A window moved to another
//! monitor has that one's size: a setting.
//!
//! Lies: Firefox rounds it to common sizes in private windows since 143, <https://bugzilla.mozilla.org/show_bug.cgi?id=1978414>.

use login_guard_protocol::Transcript;

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "screen", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let width = browser.at("screen.width")?.number()?;
    let height = browser.at("screen.height")?.number()?;
    let reading = Transcript::new("screen")
        .part(&width.min(height).to_be_bytes())
        .part(&width.max(height).to_be_bytes())
        .into_bytes();
    Ok(Reading::Present(reading))
}
