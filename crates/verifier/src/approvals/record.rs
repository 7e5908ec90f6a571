//! What is kept of a request for approval, inside its sealed row.

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{ApprovalId, AttemptId, DeviceId, limits};
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::problem::Problem;
use crate::seal::approvals::{open_approval, seal_approval};
use crate::services::Services;
use crate::store::{AccountKey, ApprovalLane, ApprovalRow, Change, StoreError};

/// Seconds for which a refusal counts, and a refused request's row stays.
pub const REFUSAL_COUNTS_S: u64 = 24 * 3_600;
/// Seconds that an answer waits for the browser that asked; its attempt does not live longer.
const ANSWER_LIFE_S: u64 = 300;

/// A request for approval.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRecord {
    /// The request.
    pub approval: ApprovalId,
    /// The attempt that asked.
    pub attempt: AttemptId,
    /// Whether the cookie of the browser that asked is known.
    pub known: bool,
    /// Everything that the owner is shown, JSON; exactly these bytes are signed with the answer.
    pub request: String,
    /// The code, HMAC under the pepper.
    pub code_mac: [u8; 32],
    /// The network of the browser that asked.
    pub network: [u8; 8],
    /// When it was made, milliseconds since the epoch.
    pub asked_at: u64,
    /// The restore epoch: a request from before a restore is dead.
    pub epoch: u32,
    /// Wrong codes so far.
    pub tries: u32,
    /// Where it stands.
    pub state: State,
    /// When requests of this lane were refused within the last day, milliseconds since the epoch.
    pub refused_at: Vec<u64>,
    /// The same, by devices that may not vouch where another may: for this lane alone.
    #[serde(default)]
    pub lightly_refused_at: Vec<u64>,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The owner approved, at this device.
    Approved {
        /// Which.
        device: DeviceId,
        /// Whether it gives trust at once.
        lifts: bool,
        /// When, milliseconds since the epoch.
        at: u64,
    },
    /// The browser that asked has fetched the answer.
    Collected,
    /// Wrong codes have ended it.
    Ended,
    /// Nobody has answered.
    Open,
    /// The owner refused.
    Refused,
}

/// What a request comes to at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It waits to be fetched.
    Approved {
        /// Where it was approved.
        device: DeviceId,
        /// Whether it gives trust at once.
        lifts: bool,
    },
    /// It is over, without an answer that still counts.
    Ended,
    /// It waits for an answer.
    Open,
    /// It was refused.
    Refused,
}

impl ApprovalRecord {
    /// Wrong codes that may still be typed.
    pub const fn tries_left(&self) -> u32 {
        limits::APPROVAL_TRIES.saturating_sub(self.tries)
    }

    /// When nobody can answer any more.
    pub const fn ends_at(&self) -> Timestamp {
        Timestamp::from_millis(self.asked_at).plus_seconds(limits::APPROVAL_LIFE_S)
    }

    /// What it comes to now.
    pub fn fate(&self, services: &Services) -> Fate {
        let now = services.clock.now();
        match self.state {
            _ if self.epoch != services.epoch => Fate::Ended,
            State::Open if self.ends_at() > now => Fate::Open,
            State::Approved { device, lifts, at } if Timestamp::from_millis(at).plus_seconds(ANSWER_LIFE_S) > now => {
                Fate::Approved { device, lifts }
            }
            State::Refused => Fate::Refused,
            State::Approved { .. } | State::Collected | State::Ended | State::Open => Fate::Ended,
        }
    }

    /// Refusals of this lane that count now.
    pub fn refusals(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> + '_ {
        counting(&self.refused_at, now)
    }

    /// Those that count for this lane alone.
    pub fn light_refusals(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> + '_ {
        counting(&self.lightly_refused_at, now)
    }

    fn expires_at(&self) -> Timestamp {
        let refused = self
            .refused_at
            .iter()
            .chain(&self.lightly_refused_at)
            .max()
            .map(|at| Timestamp::from_millis(*at).plus_seconds(REFUSAL_COUNTS_S));
        // an answer at the last moment still waits to be fetched
        let fetched = self.ends_at().plus_seconds(ANSWER_LIFE_S);
        refused.map_or(fetched, |refused| refused.max(fetched))
    }
}

/// Those refusals that are no older than a day.
fn counting(refused_at: &[u64], now: Timestamp) -> impl Iterator<Item = Timestamp> + '_ {
    let refusals = refused_at.iter().copied().map(Timestamp::from_millis);
    refusals.filter(move |at| at.plus_seconds(REFUSAL_COUNTS_S) > now)
}

/// A request read back: its row's key, and the record.
#[derive(Clone, Debug)]
pub struct StoredApproval {
    /// Its lane.
    pub lane: ApprovalLane,
    /// The revision that was read; 0 for a lane that had none.
    pub revision: u64,
    /// The contents.
    pub record: ApprovalRecord,
}

impl StoredApproval {
    /// Opens the account's rows. One that is not ours counts as one that is not there, and is alarmed.
    pub fn open_all(services: &Services, key: &AccountKey, rows: &[ApprovalRow]) -> Vec<Self> {
        let open = |row: &ApprovalRow| {
            let opened = open_approval(&services.keys, key, row).ok();
            let record = opened.and_then(|plaintext| serde_json::from_slice(&plaintext).ok());
            if record.is_none() {
                tracing::warn!(
                    alarm = "account-integrity",
                    attempt.platform = %key.platform,
                    "a request for approval is not what was written"
                );
            }
            record.map(|record| Self { lane: row.lane, revision: row.revision, record })
        };
        rows.iter().filter_map(open).collect()
    }

    /// Reads the account's requests.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read_all(services: &Services, key: &AccountKey) -> Result<Vec<Self>, StoreError> {
        Ok(Self::open_all(services, key, &services.store.approvals(key).await?))
    }

    /// The change that writes it with its next revision.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] without randomness.
    pub fn put(&self, services: &Services, key: &AccountKey) -> Result<Change, Problem> {
        let plaintext = serde_json::to_vec(&self.record).map_err(|_| ProblemCode::Internal)?;
        let revision = self.revision + 1;
        let sealed = seal_approval(&services.keys, services.entropy.as_ref(), key, (&self.lane, revision), &plaintext)
            .map_err(|_| ProblemCode::Internal)?;
        let expires_at = self.record.expires_at();
        Ok(Change::PutApproval(ApprovalRow { lane: self.lane, revision, sealed, expires_at }))
    }
}
