//! A factor opened: the header that every kind has, and contents that its own file reads.
//!
//! Nothing runs when a wait ends: the header says from when on a factor counts and until when, and whoever reads it compares with the
//! clock. A row whose time is over goes with the next edit of the account's factors.

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{DeviceId, FactorId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::guard::admit_cancel;
use super::owner::Owner;
use crate::attempts::enrol::Edit;
use crate::clock::Timestamp;
use crate::entropy::make_bytes;
use crate::problem::Problem;
use crate::seal::factors::{open_factor, seal_factor};
use crate::seal::rows::VerifiedAccount;
use crate::services::Services;
use crate::store::models::FactorKind;
use crate::store::{AccountKey, FactorRow};

/// Most characters of a label.
const LABEL_CHARS: usize = 64;
/// Between header and contents: JSON without white space has none.
const BREAK: u8 = b'\n';

/// What a kind keeps besides the header.
pub trait Contents: Serialize + DeserializeOwned {
    /// The kind.
    const KIND: FactorKind;
}

/// What every factor has, whatever its kind. Times are milliseconds since the epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The owner's name for it; empty where there is none.
    pub label: String,
    /// When it was added.
    pub added_at: u64,
    /// From when on it counts.
    pub active_from: u64,
    /// From when on it counts no more, if that is decided.
    #[serde(default)]
    pub leaves_at: Option<u64>,
    /// Which factor it makes room for, if it does.
    #[serde(default)]
    pub replaced_by: Option<FactorId>,
    /// What began the change that waits, if a device did.
    #[serde(default)]
    pub begun: Option<Begun>,
}

/// A device that began a change, as it stood then: it may be gone by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// Which.
    pub device: DeviceId,
    /// Since when the account knew it, milliseconds since the epoch.
    pub enrolled_at: u64,
    /// When it began the change, milliseconds since the epoch.
    pub at: u64,
}

impl Begun {
    /// By this owner, now.
    pub fn by(owner: &Owner<'_>) -> Self {
        let enrolled_at = owner.device.enrolled_at.as_millis();
        Self { device: owner.device.device, enrolled_at, at: owner.now.as_millis() }
    }
}

/// Where a factor stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It counts, and nothing else is decided.
    Active,
    /// It counts no more.
    Gone,
    /// It counts, and will not from the header's `leaves_at` on.
    Leaving,
    /// It will count from the header's `active_from` on.
    Waiting,
}

impl Header {
    /// Of a factor added at `now` that counts from `active_from` on. Control characters of the label are taken off.
    pub fn new(label: &str, now: Timestamp, active_from: Timestamp) -> Self {
        let label = label.trim().chars().filter(|c| !c.is_control()).take(LABEL_CHARS).collect();
        let (added_at, active_from) = (now.as_millis(), active_from.as_millis());
        Self { label, added_at, active_from, ..Self::default() }
    }

    /// The same, begun by this owner.
    #[must_use]
    pub fn begun_by(self, owner: &Owner<'_>) -> Self {
        Self { begun: Some(Begun::by(owner)), ..self }
    }

    /// Where it stands.
    pub fn state(&self, now: Timestamp) -> State {
        let now = now.as_millis();
        match self.leaves_at {
            Some(leaves_at) if leaves_at <= now => State::Gone,
            _ if self.active_from > now => State::Waiting,
            Some(_) => State::Leaving,
            None => State::Active,
        }
    }

    /// Whether it confirms anything now. One that waits is never offered.
    pub fn is_active(&self, now: Timestamp) -> bool {
        matches!(self.state(now), State::Active | State::Leaving)
    }
}

/// A factor whose row was opened.
#[derive(Clone)]
pub struct Factor {
    /// Its identifier.
    pub id: FactorId,
    /// What it is.
    pub kind: FactorKind,
    /// What every kind has.
    pub header: Header,
    contents: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Factor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Factor({}, …)", self.kind.as_str())
    }
}

impl Factor {
    /// A new one.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] without randomness.
    pub fn make<T: Contents>(services: &Services, header: Header, contents: &T) -> Result<Self, Problem> {
        let id = FactorId::from_bytes(make_bytes(services.entropy.as_ref())?);
        let mut factor = Self { id, kind: T::KIND, header, contents: Zeroizing::default() };
        factor.write(contents)?;
        Ok(factor)
    }

    /// What its kind keeps.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] for contents of another kind.
    pub fn read<T: Contents>(&self) -> Result<T, Problem> {
        if self.kind != T::KIND {
            return Err(ProblemCode::Internal.into());
        }
        serde_json::from_slice(&self.contents).map_err(|_| ProblemCode::Internal.into())
    }

    /// Keeps other contents of its kind.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] when they cannot be written, which nothing known causes.
    pub fn write<T: Contents>(&mut self, contents: &T) -> Result<(), Problem> {
        self.contents = to_json(contents)?;
        Ok(())
    }

    /// Every factor of an account, in order of id.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] for a row that does not open although the account's row answers for it.
    pub fn all(services: &Services, key: &AccountKey, account: &VerifiedAccount) -> Result<Vec<Self>, Problem> {
        account.factors.iter().map(|row| Self::open(services, key, row)).collect()
    }

    /// Those of one kind that count now, with their contents.
    ///
    /// # Errors
    /// As [`Self::all`].
    pub fn active<T: Contents>(
        services: &Services,
        key: &AccountKey,
        account: &VerifiedAccount,
    ) -> Result<Vec<(Self, T)>, Problem> {
        let now = services.clock.now();
        let rows = account.factors.iter().filter(|row| row.kind == T::KIND);
        let factors = rows.map(|row| Self::open(services, key, row)).collect::<Result<Vec<_>, _>>()?;
        let counts = factors.into_iter().filter(|factor| factor.header.is_active(now));
        counts.map(|factor| factor.read().map(|contents| (factor, contents))).collect()
    }

    /// Those of one kind that open and count now, of an account whose row does not answer for them: they may be old ones.
    pub fn active_unanswered<T: Contents>(
        services: &Services,
        key: &AccountKey,
        account: &VerifiedAccount,
    ) -> Vec<(Self, T)> {
        let now = services.clock.now();
        let rows = account.unanswered.iter().filter(|row| row.kind == T::KIND);
        let opened = rows.filter_map(|row| Self::open(services, key, row).ok());
        let counts = opened.filter(|factor| factor.header.is_active(now));
        counts.filter_map(|factor| factor.read().ok().map(|contents| (factor, contents))).collect()
    }

    fn open(services: &Services, key: &AccountKey, row: &FactorRow) -> Result<Self, Problem> {
        let broken = || {
            tracing::error!(alarm = "factor-unreadable", factor.kind = row.kind.as_str(), "a factor does not open");
            Problem::new(ProblemCode::Internal)
        };
        let plaintext = open_factor(&services.keys, key, row).map_err(|_| broken())?;
        let at = plaintext.iter().position(|byte| *byte == BREAK).ok_or_else(broken)?;
        let (header, contents) = plaintext.split_at(at);
        let header = serde_json::from_slice(header).map_err(|_| broken())?;
        Ok(Self { id: row.factor, kind: row.kind, header, contents: Zeroizing::new(contents[1..].to_vec()) })
    }

    /// Its row.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] without randomness.
    pub fn seal(&self, services: &Services, key: &AccountKey) -> Result<FactorRow, Problem> {
        let mut plaintext = to_json(&self.header)?;
        plaintext.reserve_exact(self.contents.len() + 1);
        plaintext.push(BREAK);
        plaintext.extend_from_slice(&self.contents);
        let entropy = services.entropy.as_ref();
        let sealed = seal_factor(&services.keys, entropy, key, (self.id, self.kind), &plaintext);
        Ok(sealed.map_err(|_| ProblemCode::Internal)?)
    }
}

/// Puts a factor of which an account has one at a time: the one that counts makes room when this one begins to count, and one that
/// waited for that is dropped, by whoever may cancel it. Rows whose time is over go along.
///
/// # Errors
/// As [`admit_cancel`].
pub fn put_only(edit: &mut Edit<'_>, owner: &Owner<'_>, new: &Factor) -> Result<(), Problem> {
    let (services, key, now) = (owner.services, owner.key, owner.now);
    for mut old in Factor::all(services, key, owner.account)? {
        let is_waiting = old.kind == new.kind && old.header.state(now) == State::Waiting;
        if is_waiting {
            admit_cancel(owner, &old.header)?;
        }
        if is_waiting || old.header.state(now) == State::Gone {
            edit.delete_factor(old.id);
        } else if old.kind == new.kind {
            old.header.leaves_at = Some(old.header.leaves_at.unwrap_or(u64::MAX).min(new.header.active_from));
            old.header.replaced_by = Some(new.id);
            if old.header.state(now) == State::Gone {
                edit.delete_factor(old.id);
            } else {
                edit.put_factor(old.seal(services, key)?);
            }
        }
    }
    edit.put_factor(new.seal(services, key)?);
    Ok(())
}

/// JSON in memory that is erased; written once to measure, so that no buffer grows and leaves a copy behind.
fn to_json(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value).map_err(|_| ProblemCode::Internal)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *bytes, value).map_err(|_| ProblemCode::Internal)?;
    Ok(bytes)
}

/// Counts bytes.
struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
