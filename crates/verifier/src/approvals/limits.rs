//! How often approval may be asked for: whoever floods an owner with requests until one is approved in error gets few, and fewer after
//! each refusal; and a stranger never spends what the owner's own browsers may.

use login_guard_protocol::DeviceId;
use login_guard_protocol::problem::ProblemCode;

use super::record::{Fate, REFUSAL_COUNTS_S, StoredApproval};
use crate::clock::Timestamp;
use crate::problem::Problem;
use crate::seal::approvals::lane_digest;
use crate::seal::budget::budget_name;
use crate::services::Services;
use crate::store::{AccountKey, ApprovalLane, Budget, Change};

const HOUR_S: u64 = 3_600;
/// Requests in an hour of the clock by a browser whose cookie is known, and by one network of strangers: a person who fails
/// three times does something else.
const A_LANE: u32 = 3;
/// Requests in an hour of the clock by all strangers together.
const STRANGERS: u32 = 6;
/// Strangers' requests that are open at once.
const STRANGERS_OPEN: usize = 3;
/// Seconds without requests of the same kind of browser after a first refusal; after a second within a day it is the day.
const AFTER_REFUSAL_S: u64 = HOUR_S;

/// Who asks: a browser whose cookie is known, or a stranger from a network.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Whose account.
    pub key: &'a AccountKey,
    /// The device that the browser's cookie belongs to, if it is known.
    pub device: Option<DeviceId>,
    /// The client's network, as budgets count it.
    pub network: &'a str,
}

impl Side<'_> {
    /// Where its request is kept.
    pub fn lane(&self, services: &Services) -> ApprovalLane {
        let name = match self.device {
            Some(device) => format!("known {device}"),
            None => format!("stranger {}", self.network),
        };
        lane_digest(&services.keys, self.key, &name)
    }

    /// Refuses a request that is one too many, as things stand. Hours are counted by what [`Self::charge`] gives.
    ///
    /// # Errors
    /// [`ProblemCode::ApprovalsExhausted`] with the seconds to wait.
    pub fn check(
        &self,
        services: &Services,
        stored: &[StoredApproval],
        own: Option<&StoredApproval>,
    ) -> Result<(), Problem> {
        let now = services.clock.now();
        let lane = self.lane(services);
        // strangers change their networks: what one was refused for, all were
        let alike = || {
            let is_alike = |other: &&StoredApproval| match self.device {
                Some(_) => other.lane == lane,
                None => !other.record.known,
            };
            stored.iter().filter(is_alike)
        };
        let mut refusals: Vec<Timestamp> = alike().flat_map(|other| other.record.refusals(now)).collect();
        // but for what a device on probation refused, which may be the thief's
        let own_lane = stored.iter().filter(|other| other.lane == lane);
        refusals.extend(own_lane.flat_map(|other| other.record.light_refusals(now)));
        refusals.sort_unstable();
        let pause_s = if refusals.len() > 1 { REFUSAL_COUNTS_S } else { AFTER_REFUSAL_S };
        if let Some(until) = refusals.last().map(|last| last.plus_seconds(pause_s)).filter(|until| *until > now) {
            return Err(exhausted(until.millis_since(now).div_ceil(1000)));
        }
        let is_waiting = |other: &&StoredApproval| !matches!(other.record.fate(services), Fate::Ended | Fate::Refused);
        let rest_s = |other: &StoredApproval| other.record.ends_at().millis_since(now).div_ceil(1000).max(1);
        let others = || {
            alike()
                .filter(is_waiting)
                .filter(|other| own.is_none_or(|own| own.record.approval != other.record.approval))
        };
        if let Some(busy) = others().find(|other| other.lane == lane) {
            return Err(exhausted(rest_s(busy)));
        }
        match others().map(rest_s).min() {
            Some(rest_s) if self.device.is_none() && others().count() >= STRANGERS_OPEN => Err(exhausted(rest_s)),
            _ => Ok(()),
        }
    }

    /// What one request costs.
    pub fn charge(&self, services: &Services) -> Vec<Change> {
        let now = services.clock.now();
        let window = Timestamp::from_millis((now.as_seconds() - now.as_seconds() % HOUR_S) * 1000);
        let budget = |lane: &[u8], network: &str, limit| {
            let name: [&[u8]; 4] = [b"approvals", self.key.account.as_str().as_bytes(), lane, network.as_bytes()];
            let name = budget_name(&services.keys, &name);
            Change::ChargeBudget(Budget { name, window, limit, expires_at: window.plus_seconds(2 * HOUR_S) })
        };
        if let Some(device) = self.device {
            return vec![budget(b"known", &device.to_string(), A_LANE)];
        }
        vec![budget(b"stranger", self.network, A_LANE), budget(b"stranger", "", STRANGERS)]
    }

    /// What a caller is told who meets an exhausted one.
    pub fn spent(&self, services: &Services) -> Problem {
        exhausted(HOUR_S - services.clock.now().as_seconds() % HOUR_S)
    }
}

fn exhausted(retry_after_s: u64) -> Problem {
    Problem::new(ProblemCode::ApprovalsExhausted).member("retry_after_s", retry_after_s)
}
