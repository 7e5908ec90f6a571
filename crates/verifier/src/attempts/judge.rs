//! Judging: what a browser shows, against the account's verified rows, gives circumstances.

use std::net::IpAddr;

use login_guard_protocol::evidence::Evidence;

use super::generations::{Generations, ratchet_of};
use super::nonce::cookie_digest;
use super::probes::{self, Outcome, Probes};
use super::proof;
use super::ratchet::{Found, Machine, Place, Ratchet, Seen};
use super::submission::{Shown, Submission};
use crate::matching;
use crate::rules::{self, Circumstances, Copies, Head, Known, Recognised, Rows, Signature, SinceRestore};
use crate::seal::cookie::DeviceCookie;
use crate::seal::head::check_head;
use crate::seal::rows::{VerifiedAccount, VerifiedDevice};
use crate::services::Services;
use crate::store::models::Standing;
use crate::store::{AccountKey, DeviceRow};

/// What judging gives besides the circumstances.
#[derive(Debug)]
pub struct Judged<'a> {
    /// What rules look at.
    pub circumstances: Circumstances,
    /// The device recognised by its key.
    pub by_key: Option<&'a VerifiedDevice>,
    /// The device recognised by its cookie.
    pub by_cookie: Option<&'a VerifiedDevice>,
    /// What was enrolled of the device recognised by its key.
    pub enrolled: Option<Evidence>,
    /// What is to be enrolled of it, if that changes.
    pub adopted: Option<Evidence>,
    /// What the cookie's generation is to the device recognised by its key.
    pub seen: Seen,
    /// What that device's cookie went through.
    pub ratchet: Option<Ratchet>,
    /// When and from where it was shown.
    pub place: Place,
    /// What it drew, and what is kept of that.
    pub probed: Option<probes::Verdict>,
}

impl Judged<'_> {
    /// What the generation tells, given what the machine looks like by now.
    pub fn copies(&self) -> Found {
        let differs = self.circumstances.comparison.as_ref().is_some_and(matching::Comparison::differs_mostly);
        let machine = if differs { Machine::Differs } else { Machine::Same };
        self.ratchet.as_ref().map_or(Found::Sound, |ratchet| ratchet.judge(self.seen, machine, &self.place))
    }

    /// What is kept of probes when the login is challenged.
    pub fn challenged_probes(&self) -> Option<Probes> {
        self.probed.as_ref()?.challenged(self.by_key?)
    }

    /// Looks at the generation once more, after the comparison of machines has been weighed anew.
    pub fn weigh_copies(&mut self) {
        self.circumstances.copies = copies(self.copies(), self.by_key);
    }
}

/// The device cookie that came along, and from where.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    cookie: Option<&'a str>,
    address: Option<IpAddr>,
}

impl<'a> Presented<'a> {
    /// A cookie's value, and the client's address if it is known.
    pub const fn of(cookie: Option<&'a str>, address: Option<IpAddr>) -> Self {
        Self { cookie, address }
    }
}

/// Judges a submission with a right password.
pub fn judge<'a>(
    services: &Services,
    key: &AccountKey,
    account: &'a VerifiedAccount,
    submission: &Submission,
    presented: Presented<'_>,
) -> Judged<'a> {
    let (by_key, signature) = recognise_key(account, &submission.device);
    let generations = Generations::of(services, key);
    let place = generations.place(presented.address);
    let digest = generations.presented(&DeviceCookie::parse(presented.cookie.unwrap_or_default()));
    let look =
        |row: &VerifiedDevice| digest.as_ref().map_or(Seen::Unknown, |digest| generations.look(row, digest, &place));
    let seen = by_key.map_or(Seen::Unknown, look);
    let by_cookie =
        by_key.filter(|_| seen != Seen::Unknown).or_else(|| account.devices.iter().find(|row| look(row).is_live()));
    let recognised = match (by_key, by_cookie) {
        (Some(a), Some(b)) if a.device == b.device => known(services, a),
        (Some(_), _) => Recognised::Key,
        (None, Some(_)) => Recognised::Cookie,
        (None, None) => Recognised::Nothing,
    };
    let enrolled = by_key.map(|row| enrolled_evidence(row));
    let by_other_half = by_cookie.filter(|_| enrolled.is_none()).map(|row| enrolled_evidence(row));
    let circumstances = Circumstances {
        device: recognised,
        keyless: match &submission.device {
            Shown::Keyless(reason) => Some(reason.clone()),
            Shown::Key(_) | Shown::KeyId(_) => None,
        },
        password_right: true,
        signature,
        rows: judge_rows(services, account),
        head: judge_head(services, key, account, submission.head.as_deref()),
        copies: Copies::None,
        cookie_kept: submission.nonce.cookie == cookie_digest(presented.cookie),
        comparison: enrolled.as_ref().map(|enrolled| matching::compare(enrolled, &submission.evidence)),
        probe: rules::Probe::None,
        // states alone are looked at: digests are under a key of this device's own
        traces: matching::trace(enrolled.as_ref().or(by_other_half.as_ref()), &submission.evidence),
    };
    let adopted = enrolled.as_ref().and_then(|enrolled| matching::adopt(enrolled, &submission.evidence));
    let ratchet = by_key.and_then(|row| ratchet_of(row));
    // whoever shows an overtaken cookie was asked like anybody else, and is challenged for that
    let whole = by_key.filter(|_| seen.is_live() && matches!(recognised, Recognised::Device(_)));
    let today = &submission.evidence;
    let upgraded = enrolled.as_ref().is_some_and(|enrolled| matching::is_upgrade(enrolled, today));
    let drawn = probes::Shown { seeds: &submission.nonce.seeds, answers: &today.probes, upgraded, now: place.now };
    let probed = whole.map(|row| judge_probe(row, &drawn));
    let circumstances = Circumstances { probe: told(probed.as_ref()), ..circumstances };
    let mut judged = Judged { circumstances, by_key, by_cookie, enrolled, adopted, seen, ratchet, place, probed };
    judged.weigh_copies();
    judged
}

fn copies(found: Found, device: Option<&VerifiedDevice>) -> Copies {
    match found {
        _ if device.is_some_and(|row| row.standing == Standing::Suspended) => Copies::Forked,
        Found::Forked => Copies::Forked,
        Found::Superseded => Copies::Superseded,
        Found::Sound => Copies::None,
    }
}

/// Judges what a device drew. A row whose probes make no sense is taken for one that drew something else.
pub fn judge_probe(row: &DeviceRow, shown: &probes::Shown<'_>) -> probes::Verdict {
    match Probes::read(&row.probes) {
        Some(probes) => probes.judge(shown),
        None => probes::Verdict { outcome: Outcome::Failed, next: Probes::default() },
    }
}

/// What rules are told of it.
pub fn told(probed: Option<&probes::Verdict>) -> rules::Probe {
    match probed.map(|verdict| verdict.outcome) {
        Some(Outcome::Failed) => rules::Probe::Failed,
        Some(Outcome::GraphicsChanged) => rules::Probe::GraphicsChanged,
        Some(Outcome::Renewed) => rules::Probe::Renewed,
        Some(Outcome::Unsteady) => rules::Probe::Unsteady,
        Some(Outcome::NotEnrolled | Outcome::Same) | None => rules::Probe::None,
    }
}

/// Judges a device of which key and cookie were proved anew while confirming.
pub fn judge_proved(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    (device, found): (&VerifiedDevice, Found),
    evidence: &Evidence,
    head: Option<&str>,
) -> Circumstances {
    let enrolled = enrolled_evidence(device);
    Circumstances {
        device: known(services, device),
        keyless: None,
        password_right: true,
        signature: Signature::Sound,
        rows: judge_rows(services, account),
        head: judge_head(services, key, account, head),
        copies: copies(found, Some(device)),
        cookie_kept: true,
        comparison: Some(matching::compare(&enrolled, evidence)),
        probe: rules::Probe::None,
        traces: matching::trace(Some(&enrolled), evidence),
    }
}

fn known(services: &Services, row: &VerifiedDevice) -> Recognised {
    let standing = match row.standing {
        Standing::Probation | Standing::Suspended => rules::Standing::Probation,
        Standing::Trusted => rules::Standing::Trusted,
    };
    let since_restore = if row.epoch == services.epoch { SinceRestore::Seen } else { SinceRestore::Not };
    Recognised::Device(Known { standing, since_restore })
}

fn recognise_key<'a>(account: &'a VerifiedAccount, shown: &Shown) -> (Option<&'a VerifiedDevice>, Signature) {
    let row = shown.key_id().and_then(|id| account.devices.iter().find(|row| row.public_key.key_id() == id));
    match (row, shown) {
        (Some(row), Shown::KeyId(signed)) if proof::check_signature(signed, &row.public_key).is_err() => {
            (None, Signature::Forged)
        }
        _ => (row, Signature::Sound),
    }
}

/// Rows from an epoch to come were written by a service that knows of a restore that we do not.
fn judge_rows(services: &Services, account: &VerifiedAccount) -> Rows {
    let ahead = account.epoch.is_some_and(|epoch| epoch > services.epoch);
    if account.is_tampered() || ahead { Rows::Tampered } else { Rows::Intact }
}

/// A head of another account, another service or before new keys tells nothing; one of ours that is newer than the rows does.
fn judge_head(services: &Services, key: &AccountKey, account: &VerifiedAccount, head: Option<&str>) -> Head {
    let Some(head) = head.and_then(|head| check_head(&services.keys, key, head).ok()) else { return Head::Current };
    let rows = (account.epoch.unwrap_or(0), account.version.unwrap_or(0));
    if (head.epoch, head.version) > rows { Head::Newer } else { Head::Current }
}

/// What was enrolled; a row of ours that does not parse has nothing in common with any machine.
pub fn enrolled_evidence(row: &DeviceRow) -> Evidence {
    Evidence::parse(row.evidence.as_bytes()).unwrap_or_default()
}
