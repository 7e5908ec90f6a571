//! Judging: a submission against the account's verified rows gives circumstances.

use login_guard_protocol::evidence::Evidence;
use login_guard_protocol::problem::ProblemCode;

use super::nonce::cookie_digest;
use super::proof;
use super::submission::{Shown, Submission};
use crate::matching::{self, Comparison};
use crate::rules::{Circumstances, Head, Recognised, Rows};
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
}

/// Judges a submission with a right password.
///
/// # Errors
/// [`ProblemCode::ProofRefused`] when the proof names a key of the account and was not signed by it.
pub fn judge<'a>(
    services: &Services,
    key: &AccountKey,
    account: &'a VerifiedAccount,
    submission: &Submission,
    device_cookie: Option<&str>,
) -> Result<Judged<'a>, ProblemCode> {
    let by_key = recognise_key(account, &submission.device)?;
    let cookie = DeviceCookie::parse(device_cookie.unwrap_or_default());
    let by_cookie = recognise_cookie(services, key, account, &cookie);
    let recognised = match (by_key, by_cookie) {
        (Some(a), Some(b)) if a.device == b.device => {
            Recognised::Device { probation: a.standing == Standing::Probation }
        }
        (Some(_), _) => Recognised::Key,
        (None, Some(_)) => Recognised::Cookie,
        (None, None) => Recognised::Nothing,
    };
    let circumstances = Circumstances {
        device: recognised,
        keyless: match &submission.device {
            Shown::Keyless(reason) => Some(reason.clone()),
            Shown::Key(_) | Shown::KeyId(_) => None,
        },
        password_right: true,
        rows: if account.is_tampered() { Rows::Tampered } else { Rows::Intact },
        head: judge_head(services, key, account, submission.head.as_deref()),
        cookie_kept: submission.nonce.cookie == cookie_digest(device_cookie),
        comparison: by_key.map(|row| compare(row, &submission.evidence)),
    };
    Ok(Judged { circumstances, by_key, by_cookie })
}

fn recognise_key<'a>(account: &'a VerifiedAccount, shown: &Shown) -> Result<Option<&'a VerifiedDevice>, ProblemCode> {
    let Some(id) = shown.key_id() else { return Ok(None) };
    let Some(row) = account.devices.iter().find(|row| row.public_key.key_id() == id) else { return Ok(None) };
    if let Shown::KeyId(signed) = shown {
        proof::check_signature(signed, &row.public_key).map_err(|_| ProblemCode::ProofRefused)?;
    }
    Ok(Some(row))
}

fn recognise_cookie<'a>(
    services: &Services,
    key: &AccountKey,
    account: &'a VerifiedAccount,
    cookie: &DeviceCookie,
) -> Option<&'a VerifiedDevice> {
    let generation = cookie.generation_for(tag(&services.keys, key))?;
    let digest = generation_digest(&services.keys, key, generation);
    // keyed digests: equality in variable time tells nothing about the generation
    account.devices.iter().find(|row| row.cookie_digest == digest)
}

/// A head of another account, another service or before new keys tells nothing; one of ours that is newer than the rows does.
fn judge_head(services: &Services, key: &AccountKey, account: &VerifiedAccount, head: Option<&str>) -> Head {
    let Some(head) = head.and_then(|head| check_head(&services.keys, key, head).ok()) else { return Head::Current };
    let newer = (head.epoch, head.version) > (services.epoch, account.version.unwrap_or(0));
    if newer { Head::Newer } else { Head::Current }
}

fn compare(row: &VerifiedDevice, today: &Evidence) -> Comparison {
    let enrolled = Evidence::parse(row.evidence.as_bytes()).unwrap_or_default();
    matching::compare(&enrolled, today)
}
