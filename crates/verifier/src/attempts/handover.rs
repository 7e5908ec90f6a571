//! Handing over cookies: for back ends that cannot pass `Set-Cookie` on, the browser asks for them itself and proves its key.

use login_guard_protocol::challenge::step_digest;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::proof::{ProofKey, SignedProof};
use login_guard_protocol::{AttemptId, Digest, KeyId, NameDigest, Purpose, VERSION, limits};
use serde::{Deserialize, Serialize};

use super::caller::Page;
use super::proof::{self, Expected};
use super::record::StoredAttempt;
use crate::clock::Timestamp;
use crate::problem::Problem;
use crate::services::Services;

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
    /// Values of `Set-Cookie`.
    pub set_cookies: Vec<String>,
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
/// [`ProblemCode::AttemptUnknown`] when there is none, it gave no cookies or came from another origin: the three look alike;
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
    let handover = stored.record.handover.filter(|handover| handover.origin == page.origin);
    let handover = handover.ok_or(ProblemCode::AttemptUnknown)?;
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
    Ok(handover.set_cookies)
}
