//! Recovery codes: ten of them, shown once, each good once, kept as argon2id hashes inside the sealed row.

pub mod code;
pub mod hashing;

use login_guard_protocol::Digest;
use login_guard_protocol::problem::ProblemCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use self::code::{COUNT, RecoveryCode};
use self::hashing::{Cost, HASH_BYTES, SALT_BYTES};
use super::factor::{Contents, Factor, Header, put_only};
use super::guard::{Action, admit};
use super::notice::{Happened, Recipient};
use super::owner::{self, Act, Decided, OwnerPost};
use super::step_up::{self, StepUpPost};
use crate::attempts::enrol::Edit;
use crate::attempts::{Caller, Reply};
use crate::clock::Timestamp;
use crate::entropy::make_bytes;
use crate::problem::Problem;
use crate::services::Services;
use crate::store::models::FactorKind;

/// What is kept of a set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverySet {
    /// What a hash costs, as it did when these were made.
    pub cost: Cost,
    /// The codes, in order of index.
    codes: Vec<Hashed>,
}

/// What is kept of a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hashed {
    /// Random.
    pub salt: [u8; SALT_BYTES],
    hash: [u8; HASH_BYTES],
    /// When it was used, milliseconds since the epoch.
    used_at: Option<u64>,
}

impl Contents for RecoverySet {
    const KIND: FactorKind = FactorKind::RecoveryCodes;
}

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// One of the set that was not used.
    Right,
    /// One of the set that was used.
    Spent,
    /// None of the set.
    Wrong,
}

impl RecoverySet {
    /// How many codes are left.
    pub fn left(&self) -> usize {
        self.codes.iter().filter(|code| code.used_at.is_none()).count()
    }

    /// What a code with this index is hashed with.
    pub fn hashed(&self, code: &RecoveryCode) -> Option<&Hashed> {
        self.codes.get(code.index())
    }

    /// Compares a code's hash in constant time, and uses the code if it is right.
    pub fn accept(&mut self, code: &RecoveryCode, hash: &[u8; HASH_BYTES], now: Timestamp) -> Compared {
        let Some(kept) = self.codes.get_mut(code.index()) else { return Compared::Wrong };
        if !bool::from(kept.hash.ct_eq(hash)) {
            return Compared::Wrong;
        }
        if kept.used_at.is_some() {
            return Compared::Spent;
        }
        kept.used_at = Some(now.as_millis());
        Compared::Right
    }
}

/// `POST /v1/factors/recovery-codes/issue`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueRequest {
    /// The owner.
    pub owner: OwnerPost,
    /// A passkey's word for it, where the account has one.
    #[serde(default)]
    pub step_up: Option<StepUpPost>,
}

/// Issues ten codes, shown in this answer and never again. Older ones are void when these begin to count.
///
/// # Errors
/// As [`owner::act`] and [`admit`]; [`ProblemCode::Overloaded`] where too many are hashed already.
pub async fn issue(
    services: &Services,
    caller: &Caller,
    request: IssueRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    let post = &request.owner;
    // before anything is hashed: the proof is fresh, and of a device that may ask
    let is_known = owner::is_known(services, caller, post).await?;
    let step_up = step_up::read(services, caller, &post.account, request.step_up.as_ref()).await?;
    let made = if is_known { Some(make(services).await?) } else { None };
    owner::act(services, caller, post, ("recovery-codes", digest), |owner| {
        let action = Action::IssueRecoveryCodes {};
        // a device that came to be known a moment ago asks again
        let (shown, set) = made.as_ref().ok_or(ProblemCode::DeviceUnknown)?;
        let used = step_up.as_ref().map(|step_up| step_up.check(owner, &action)).transpose()?;
        let active_from = admit(owner, &action, used.as_ref().map(|used| &used.stepped_up))?.counts_from(owner)?;
        let factor = Factor::make(services, Header::new("", owner.now, active_from).begun_by(owner), set)?;
        let mut edit = Edit::of(services, owner.key, owner.account);
        let spent = used.map(|used| used.put(owner, &mut edit)).transpose()?;
        put_only(&mut edit, owner, &factor)?;
        // EXPOSE: to their owner, once
        let codes: Vec<&str> = shown.iter().map(|code| code.as_str()).collect();
        let body = json!({ "factor": factor.id, "codes": codes, "active_from": active_from.to_string() });
        let mut changes = edit.into_changes();
        changes.extend(spent);
        let happened = Happened::Added { kind: RecoverySet::KIND, counts_from: active_from };
        let notice = Some(Recipient::of(owner, post)?.that(happened, owner.now));
        Ok(Decided { act: Act { body, changes, ceremony: None }, notice })
    })
    .await
}

/// Makes a set and its hashes.
async fn make(services: &Services) -> Result<(Vec<Zeroizing<String>>, RecoverySet), Problem> {
    let entropy = services.entropy.as_ref();
    let (mut shown, mut tasks) = (Vec::with_capacity(COUNT), Vec::with_capacity(COUNT));
    for index in 0..COUNT {
        let random = Zeroizing::new(make_bytes(entropy)?);
        let code = RecoveryCode::derive(index, &random).map_err(|_| ProblemCode::Internal)?;
        shown.push(code.grouped());
        tasks.push((code, make_bytes::<SALT_BYTES>(entropy)?));
    }
    let cost = Cost::default();
    let hashes = services.hashing.hash_all(cost, tasks).await?;
    let codes = hashes.into_iter().map(|(salt, hash)| Hashed { salt, hash, used_at: None }).collect();
    Ok((shown, RecoverySet { cost, codes }))
}
