//! Handing over cookies: for back ends that cannot pass `Set-Cookie` on, the browser asks for them itself and proves its key.
//!
//! The proof alone is not enough: a script in the page can have it signed and send it away. So the cookies go to the jar that the
//! answer was for: one that shows what was assessed, what is handed over, or what the device has moved on to meanwhile.

use login_guard_protocol::challenge::step_digest;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::proof::{ProofKey, SignedProof};
use login_guard_protocol::{AttemptId, DeviceId, Digest, KeyId, NameDigest, Purpose, VERSION, limits};
use serde::{Deserialize, Serialize};

use super::caller::Page;
use super::generations::Generations;
use super::proof::{self, Expected};
use super::ratchet::GenerationDigest;
use super::record::StoredAttempt;
use crate::clock::Timestamp;
use crate::problem::Problem;
use crate::seal::cookie::{DEVICE_COOKIE, DeviceCookie, tag};
use crate::seal::rows::verify;
use crate::services::Services;
use crate::store::AccountKey;

/// The step that the proof names.
const STEP: &str = "cookie";

/// The cookies of an attempt's newest answer, and who may have them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// When they were given, milliseconds since the epoch.
    pub at: u64,
    /// Digest of the nonce that the browser's last proof signed: the attempt's, or the challenge's after one.
    pub nonce: Digest,
    /// The key that was proved.
    pub key: KeyId,
    /// Digest of the typed login name.
    pub name: NameDigest,
    /// The origin of the page.
    pub origin: String,
    /// The generation of the account that the browser showed to the back end; none if its cookie had none.
    #[serde(default)]
    pub shown: Option<GenerationDigest>,
    /// The device that it is of, if it is one's.
    #[serde(default)]
    pub device: Option<DeviceId>,
    /// Values of `Set-Cookie`.
    pub set_cookies: Vec<String>,
}

impl Handover {
    /// The cookie that the back end was given, as a browser that keeps it would show it.
    fn given(&self) -> DeviceCookie {
        let value = self.set_cookies.iter().find_map(|line| line.strip_prefix(DEVICE_COOKIE)?.strip_prefix('='));
        DeviceCookie::parse(value.and_then(|value| value.split(';').next()).unwrap_or_default())
    }

    /// The same lines for a jar that may have changed meanwhile: its own entries stay, this account's is put among them.
    fn lines_for(&self, services: &Services, key: &AccountKey, page: &Page) -> Vec<String> {
        let tag = tag(&services.keys, key);
        let given = self.given().generation_for(tag).cloned();
        let joined = given.map(|generation| page.cookie().with(tag, generation).to_set_cookie());
        let others = self.set_cookies.iter().filter(|line| !line.starts_with(&format!("{DEVICE_COOKIE}=")));
        joined.into_iter().chain(others.cloned()).collect()
    }

    /// Whether a page shows the jar that the answer was for.
    async fn is_for(&self, services: &Services, key: &AccountKey, page: &Page) -> Result<bool, Problem> {
        let generations = Generations::of(services, key);
        let shown = generations.presented(&page.cookie());
        if shown == self.shown {
            return Ok(true);
        }
        let Some(shown) = shown else { return Ok(false) };
        if generations.presented(&self.given()) == Some(shown) {
            return Ok(true);
        }
        // another page of the browser has logged in meanwhile
        let account = verify(&services.keys, key, services.store.account(key).await?);
        let row = account.devices.iter().find(|row| Some(row.device) == self.device);
        Ok(row.is_some_and(|row| generations.look(row, &shown, &generations.place(page.address)).is_live()))
    }
}

/// `POST /login-guard/attempts/{attempt}/cookie`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CookieRequest {
    /// Protocol version.
    pub v: u32,
    /// By the key of the login proof.
    pub proof: String,
}

/// Gives the cookies of an attempt's newest answer to the browser that made the attempt, as often as it asks.
///
/// # Errors
/// [`ProblemCode::AttemptUnknown`] when there is none, it gave no cookies, came from another origin or with another cookie: they look alike;
/// [`ProblemCode::AttemptExpired`] after ten minutes; [`ProblemCode::ProofMalformed`], [`ProblemCode::ProofRefused`].
pub async fn hand_over(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: CookieRequest,
) -> Result<Vec<String>, Problem> {
    if request.v != VERSION {
        return Err(ProblemCode::VersionUnknown.into());
    }
    let stored = StoredAttempt::read(services, &page.platform, attempt).await?.ok_or(ProblemCode::AttemptUnknown)?;
    let account = stored.account_key(&page.platform).ok_or(ProblemCode::AttemptUnknown)?;
    let handover = stored.record.handover.filter(|handover| handover.origin == page.origin);
    let handover = handover.ok_or(ProblemCode::AttemptUnknown)?;
    if !handover.is_for(services, &account, page).await? {
        return Err(ProblemCode::AttemptUnknown.into());
    }
    if Timestamp::from_millis(handover.at).plus_seconds(limits::CHALLENGE_LIFE_S) <= services.clock.now() {
        return Err(ProblemCode::AttemptExpired.into());
    }
    let signed = SignedProof::parse(&request.proof)?;
    let ProofKey::Shown(key) = signed.key else { return Err(ProblemCode::ProofRefused.into()) };
    let expected = Expected {
        platform: &page.platform,
        nonce: &signed.claims.nonce,
        origin: &handover.origin,
        name: handover.name,
        purpose: Purpose::Confirmation,
        evidence: Digest::of(b""),
        act: Some(step_digest(STEP, b"")),
    };
    let own = key.key_id() == handover.key && Digest::of(signed.claims.nonce.as_bytes()) == handover.nonce;
    let claimed = proof::check_claims(&signed.claims, &expected);
    let verified = claimed.and_then(|()| proof::check_signature(&signed, &key));
    if !own || verified.is_err() {
        return Err(ProblemCode::ProofRefused.into());
    }
    Ok(handover.lines_for(services, &account, page))
}
