//! Somebody changes what scripts read of the browser: an extension against fingerprinting, developer tools, or a tool that hides
//! itself. It only explains, since the first of these is the commonest.

use super::{Circumstances, Finding, Trace, finding};

/// Finds functions that were replaced, or a worker that disagrees with its page.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let sentence = match circumstances.traces.tampering {
        Trace::AsEnrolled => "What scripts read of the browser is changed, as it was when the device was enrolled.",
        Trace::New => "What scripts read of the browser is changed, and was not when the device was enrolled.",
        Trace::Unenrolled => "What scripts read of the browser is changed.",
        Trace::Lost | Trace::None => return None,
    };
    finding("tampering", 0, sentence)
}
