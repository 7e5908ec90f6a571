//! A program drives the browser. It accuses nobody: people test their own login pages, and a program that its owner had drive the
//! browser when the device was enrolled only explains. Where nobody did, somebody else may be at the owner's profile.
//!
//! Never enough to deny. A tool that lies shows no trace, so its absence is worth nothing.

use super::{Circumstances, Finding, Trace, finding};

/// Finds that a program drives the browser, or that this cannot be told any more, which slowness does too.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    match circumstances.traces.automation {
        Trace::AsEnrolled => {
            finding("automation", 0, "A program drives the browser, as one did when the device was enrolled.")
        }
        Trace::Lost => {
            finding("automation-unknown", 30, "It cannot be told any more whether a program drives the browser.")
        }
        Trace::New => {
            finding("automation", 30, "A program drives the browser, and none did when the device was enrolled.")
        }
        Trace::Unenrolled => finding("automation", 30, "A program drives the browser."),
        Trace::None => None,
    }
}
