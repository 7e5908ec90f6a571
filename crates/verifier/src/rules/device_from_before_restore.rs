//! A device that was not seen since a back-up was restored: it may have been removed in what the restore lost.

use super::{Circumstances, Finding, Known, Recognised, SinceRestore, finding};

/// Finds a known device that was last seen before the restore.
pub fn find(circumstances: &Circumstances) -> Option<Finding> {
    let found = matches!(circumstances.device, Recognised::Device(Known { since_restore: SinceRestore::Not, .. }));
    let sentence = "The device was last seen before the records were restored.";
    found.then(|| finding("device-from-before-restore", 40, sentence)).flatten()
}
