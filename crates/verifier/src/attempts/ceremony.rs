//! A ceremony of two steps, kept in its attempt's row between them: used once, on whichever replica.

use login_guard_protocol::DeviceId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Timestamp;

/// Seconds that a ceremony waits for its second step: as long as an attempt's challenge.
const CEREMONY_LIFE_S: u64 = 600;

/// A ceremony that waits for its second step.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceremony {
    /// Which; the second step of another kind is refused.
    pub kind: String,
    /// With which device it was begun.
    pub device: DeviceId,
    /// What its second step needs.
    pub state: Value,
    /// When it was begun, milliseconds since the epoch.
    pub begun_at: u64,
}

impl Ceremony {
    /// Whether its second step comes too late.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        Timestamp::from_millis(self.begun_at).plus_seconds(CEREMONY_LIFE_S) <= now
    }
}
