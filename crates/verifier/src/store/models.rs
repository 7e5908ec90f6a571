//! Rows, whatever the back end.

use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::{AccountId, AttemptId, DeviceId, Digest, FactorId, MessageId, Platform};

use crate::clock::Timestamp;

/// An account of a platform: the beginning of every key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountKey {
    /// The platform.
    pub platform: Platform,
    /// The account.
    pub account: AccountId,
}

/// Whose rows a commit touches. A login name that belongs to nobody has no account; its rows are kept under the empty one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The platform.
    pub platform: Platform,
    /// The account, if the login name belongs to one.
    pub account: Option<AccountId>,
}

impl From<AccountKey> for Scope {
    fn from(key: AccountKey) -> Self {
        Self { platform: key.platform, account: Some(key.account) }
    }
}

/// The head of an account: version and digest of all its live rows, authenticated (see `seal::rows`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Grows by one with each change of the account's rows.
    pub version: u64,
    /// The restore epoch in which it was written.
    pub epoch: u32,
    /// Digest over all live rows: devices in order of device id, then factors in order of factor id.
    pub rows_digest: Digest,
    /// From when on the account's value is frozen, if it is.
    pub value_frozen_at: Option<Timestamp>,
    /// MAC over platform, account and all of the above.
    pub mac: [u8; 32],
}

/// How far a device is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Confirmed by a phishable method. Time alone never ends it.
    Probation,
    /// Two machines used it: a confirmation alone helps, and leaves it on probation.
    Suspended,
    /// Confirmed beyond phishing.
    Trusted,
}

impl Standing {
    /// The word in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Probation => "probation",
            Self::Suspended => "suspended",
            Self::Trusted => "trusted",
        }
    }

    /// Parses the word in rows.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "probation" => Some(Self::Probation),
            "suspended" => Some(Self::Suspended),
            "trusted" => Some(Self::Trusted),
            _ => None,
        }
    }
}

/// A device of an account: key, cookie and enrolled evidence, authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its identifier; random.
    pub device: DeviceId,
    /// The public half of its key.
    pub public_key: PublicKey,
    /// `HMAC(pepper, cookie generation, account)` of the current generation; the generation itself is stored nowhere.
    pub cookie_digest: [u8; 32],
    /// How far it is trusted.
    pub standing: Standing,
    /// How it was confirmed, `lg-mail` for one.
    pub confirmed_by: String,
    /// The enrolled evidence document (digests and states), JSON.
    pub evidence: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it last logged in.
    pub seen_at: Timestamp,
    /// The restore epoch in which it was last seen: a device from before a restore may have been removed since.
    pub epoch: u32,
    /// What its cookie went through (see `attempts::ratchet`); empty for a row from before there was a ratchet.
    pub ratchet: Vec<u8>,
    /// What it drew of which seeds (see `attempts::probes`), JSON; empty for a row from before there were probes.
    pub probes: String,
    /// Since when it has stood where it stands; the epoch for a row from before that was kept (see `attempts::trust`).
    pub standing_since: Timestamp,
    /// What it did while on probation, sealed (see `seal::activity`); empty otherwise.
    pub activity: Vec<u8>,
    /// MAC over platform, account and all of the above (see `seal::rows`).
    pub mac: [u8; 32],
}

/// What an account can confirm with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FactorKind {
    /// A pinned address or number.
    Contact,
    /// A passkey.
    Passkey,
    /// A set of recovery codes.
    RecoveryCodes,
    /// A secret of time-based codes.
    Totp,
}

impl FactorKind {
    /// The word in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Passkey => "passkey",
            Self::RecoveryCodes => "recovery-codes",
            Self::Totp => "totp",
        }
    }

    /// Parses the word in rows.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Contact, Self::Passkey, Self::RecoveryCodes, Self::Totp].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A factor of an account. Its contents are encrypted and authenticated for platform, account, id and kind (see `seal::factors`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorRow {
    /// Its identifier; random.
    pub factor: FactorId,
    /// What it is.
    pub kind: FactorKind,
    /// Everything else.
    pub sealed: Vec<u8>,
}

/// The account's row, its devices and its factors at one moment. Nothing in it has been authenticated yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountSnapshot {
    /// The head, if the account was ever enrolled.
    pub head: Option<AccountRow>,
    /// Live devices, in order of device id.
    pub devices: Vec<DeviceRow>,
    /// Devices whose rows make no sense any more; somebody wrote to them.
    pub garbled: Vec<DeviceId>,
    /// Factors, in order of factor id.
    pub factors: Vec<FactorRow>,
    /// Factors whose rows make no sense any more.
    pub garbled_factors: Vec<FactorId>,
}

/// Whose requests for approval share a place of which there is one: a keyed digest, so that networks are not stored.
pub type ApprovalLane = [u8; 16];

/// A request for approval at a known device: the newest of its lane, open or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalRow {
    /// Its lane.
    pub lane: ApprovalLane,
    /// 1 when the lane had none, one more with each change and each later request.
    pub revision: u64,
    /// Everything else, encrypted and authenticated under a key outside the database (see `seal::approvals`).
    pub sealed: Vec<u8>,
    /// When the row may go.
    pub expires_at: Timestamp,
}

/// An attempt whose nonce is spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    /// The account it was made for, if the login name belongs to one.
    pub account: Option<AccountId>,
    /// The attempt.
    pub attempt: AttemptId,
    /// 1 when the nonce is spent, one more with each change.
    pub revision: u64,
    /// Everything else, encrypted and authenticated under a key outside the database (see `seal::attempts`).
    pub sealed: Vec<u8>,
    /// When the row may go.
    pub expires_at: Timestamp,
}

/// A message that waits to be handed over, written in the commit of what it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its identifier; random.
    pub message: MessageId,
    /// 1 when it is written, one more with each try.
    pub revision: u64,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// When it is given up.
    pub expires_at: Timestamp,
    /// Address and contents, encrypted and authenticated (see `seal::outbox`).
    pub sealed: Vec<u8>,
}

/// A counter with a limit, over a window of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// What is counted, for example `mail-code:known:192.0.2.0/24`, as a keyed digest in hex: addresses are not stored.
    pub name: String,
    /// The window's beginning; another window is another counter.
    pub window: Timestamp,
    /// The counter is refused a further charge when it has reached this.
    pub limit: u32,
    /// When the row may go.
    pub expires_at: Timestamp,
}

/// A known device of one account, seen under a browser release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The release, as a keyed digest.
    pub release: [u8; 16],
    /// The account, as a keyed digest: it is counted once, whatever it shows how often.
    pub account: [u8; 16],
    /// What differed from enrolment; empty for the device itself.
    pub shift: String,
    /// The window's beginning.
    pub window: Timestamp,
    /// When the row may go.
    pub expires_at: Timestamp,
}
