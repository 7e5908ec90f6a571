//! The canvas probe was drawn otherwise for a reason that everyday life has: it only explains.

use super::{Circumstances, Finding, Probe, finding};

/// Finds a picture that changed with the graphics stack or with the browser, or does so each time.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    match circumstances.probe {
        Probe::GraphicsChanged => {
            finding("probe-graphics-changed", 0, "Graphics hardware, driver or settings draw otherwise than before.")
        }
        Probe::Renewed => finding("probe-renewed", 0, "A newer version of the browser draws otherwise."),
        Probe::Unsteady => finding("probe-unsteady", 0, "This browser draws otherwise each time."),
        Probe::Failed | Probe::None => None,
    }
}
