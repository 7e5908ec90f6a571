//! Whether documents open inside the browser: the only thing that the list of plugins still tells (HTML standard, section
//! 8.10.1.6). The person may turn it off: a setting.

use super::{Cost, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "plugins", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    properties(
        browser.global(),
        &["navigator.pdfViewerEnabled", "navigator.plugins.length", "navigator.mimeTypes.length"],
    )
}
