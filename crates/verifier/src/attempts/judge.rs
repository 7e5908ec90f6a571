//! Judging: what a browser shows, against the account's verified rows, gives circumstances.

use login_guard_protocol::evidence::Evidence;

use super::nonce::cookie_digest;
use super::proof;
use super::submission::{Shown, Submission};
use crate::matching;
use crate::rules::{self, Circumstances, Head, Known, Recognised, Rows, Signature, SinceRestore};
use crate::seal::cookie::{DeviceCookie, generation_digest, tag};
use crate::seal::head::check_head;
use crate::seal::rows::{VerifiedAccount, VerifiedDevice};
use crate::services::Services;
use crate::store::AccountKey;
use crate::store::models::Standing;

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
}

/// Judges a submission with a right password.
pub fn judge<'a>(
    services: &Services,
    key: &AccountKey,
    account: &'a VerifiedAccount,
    submission: &Submission,
    device_cookie: Option<&str>,
) -> Judged<'a> {
    let (by_key, signature) = recognise_key(account, &submission.device);
    let digest = presented_digest(services, key, &DeviceCookie::parse(device_cookie.unwrap_or_default()));
    // keyed digests: equality in variable time tells nothing about the generation
    let by_cookie = by_key
        .filter(|row| Some(row.cookie_digest) == digest)
        .or_else(|| account.devices.iter().find(|row| Some(row.cookie_digest) == digest));
    let recognised = match (by_key, by_cookie) {
        (Some(a), Some(b)) if a.device == b.device => known(services, a),
        (Some(_), _) => Recognised::Key,
        (None, Some(_)) => Recognised::Cookie,
        (None, None) => Recognised::Nothing,
    };
    let enrolled = by_key.map(enrolled_evidence);
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
        cookie_kept: submission.nonce.cookie == cookie_digest(device_cookie),
        comparison: enrolled.as_ref().map(|enrolled| matching::compare(enrolled, &submission.evidence)),
    };
    let adopted = enrolled.as_ref().and_then(|enrolled| matching::adopt(enrolled, &submission.evidence));
    Judged { circumstances, by_key, by_cookie, enrolled, adopted }
}

/// Judges a device of which key and cookie were proved anew while confirming.
pub fn judge_proved(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    device: &VerifiedDevice,
    evidence: &Evidence,
    head: Option<&str>,
) -> Circumstances {
    Circumstances {
        device: known(services, device),
        keyless: None,
        password_right: true,
        signature: Signature::Sound,
        rows: judge_rows(services, account),
        head: judge_head(services, key, account, head),
        cookie_kept: true,
        comparison: Some(matching::compare(&enrolled_evidence(device), evidence)),
    }
}

/// The digest of the generation that a cookie has for an account.
pub fn presented_digest(services: &Services, key: &AccountKey, cookie: &DeviceCookie) -> Option<[u8; 32]> {
    let generation = cookie.generation_for(tag(&services.keys, key))?;
    Some(generation_digest(&services.keys, key, generation))
}

fn known(services: &Services, row: &VerifiedDevice) -> Recognised {
    let standing = match row.standing {
        Standing::Probation => rules::Standing::Probation,
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
pub(super) fn enrolled_evidence(row: &VerifiedDevice) -> Evidence {
    Evidence::parse(row.evidence.as_bytes()).unwrap_or_default()
}
