//! How often owners act in an hour of the clock. Each known device has an hour of its own, so that no other one spends it; who shows no
//! known device spends that of its network.

use std::net::IpAddr;

use login_guard_protocol::DeviceId;
use login_guard_protocol::problem::ProblemCode;

use crate::clock::Timestamp;
use crate::problem::Problem;
use crate::seal::budget::budget_name;
use crate::seal::network::network_digest;
use crate::services::Services;
use crate::store::{AccountKey, Budget, Change};

/// Changes and looks at them by one device: a person sets up a few factors, once.
const CHANGES: u32 = 30;
/// Looks at requests for approval and approvals by one device: four for each request that may come.
const APPROVALS: u32 = 60;
/// Acts that take something back by one device: never what an owner runs out of.
const WAYS_OUT: u32 = 120;
/// Requests by whoever shows no known device, from one network.
const UNKNOWN: u32 = 30;
const HOUR_S: u64 = 3_600;

/// What an act of a known device is charged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// Requests for approval: whoever floods an owner with them must not spend what factors are changed with.
    Approvals,
    /// Changes of factors and devices, and lists of them.
    Changes,
    /// What takes something back: cancelling, removing a device, refusing.
    WaysOut,
}

impl Allowance {
    /// Charges one act of a device.
    pub fn charge(self, services: &Services, key: &AccountKey, device: DeviceId, now: Timestamp) -> Change {
        let (name, limit): (&[u8], u32) = match self {
            Self::Approvals => (b"approval-acts", APPROVALS),
            Self::Changes => (b"factor-acts", CHANGES),
            Self::WaysOut => (b"owner-ways-out", WAYS_OUT),
        };
        charge(services, key, (name, device.as_bytes()), limit, now)
    }
}

/// Charges one request of a session that shows no known device.
pub fn charge_unknown(services: &Services, key: &AccountKey, address: IpAddr, now: Timestamp) -> Change {
    let network = network_digest(&services.keys, key, address);
    charge(services, key, (b"owner-unknown", &network), UNKNOWN, now)
}

fn charge(services: &Services, key: &AccountKey, (name, whose): (&[u8], &[u8]), limit: u32, now: Timestamp) -> Change {
    let window = Timestamp::from_millis((now.as_seconds() - now.as_seconds() % HOUR_S) * 1000);
    let name = budget_name(&services.keys, &[name, key.account.as_str().as_bytes(), whose]);
    Change::ChargeBudget(Budget { name, window, limit, expires_at: window.plus_seconds(2 * HOUR_S) })
}

/// What is answered once an allowance is spent.
pub fn exhausted(now: Timestamp) -> Problem {
    let wait = HOUR_S - now.as_seconds() % HOUR_S;
    Problem::new(ProblemCode::ChangesExhausted).member("retry_after_s", wait)
}
