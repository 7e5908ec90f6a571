//! The sealed nonce: an attempt's facts, encrypted to ourselves, so that beginning writes nothing.

use login_guard_protocol::challenge::work::Work;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AttemptId, Digest, KeyId, Platform, Purpose, limits};
use serde::{Deserialize, Serialize};

use super::probes::Seeds;
use crate::clock::Timestamp;
use crate::seal;
use crate::services::Services;

/// What a nonce seals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nonce {
    /// The attempt: 128 random bits.
    pub attempt: AttemptId,
    /// What for.
    pub purpose: Purpose,
    /// When, milliseconds since the epoch.
    pub issued_at: u64,
    /// The restore epoch.
    pub epoch: u32,
    /// The page's origin.
    pub origin: String,
    /// Where the account's rows live; one region so far, the empty name.
    pub region: String,
    /// Digest of the device cookie that came along.
    pub cookie: Digest,
    /// The device key that was asked for.
    pub key: Option<KeyId>,
    /// What the canvas probe asks for.
    pub seeds: Seeds,
    /// The client's network, where a trusted hop told it.
    pub network: Option<String>,
    /// What was asked for; nothing of a known device.
    pub work: Option<Work>,
}

impl Nonce {
    /// Seals it for a platform.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] without randomness.
    pub fn seal(&self, services: &Services, platform: &Platform) -> Result<String, ProblemCode> {
        let plaintext = serde_json::to_vec(self).map_err(|_| ProblemCode::Internal)?;
        seal::nonce::seal_nonce(&services.keys, services.entropy.as_ref(), platform, &plaintext)
            .map_err(|_| ProblemCode::Internal)
    }

    /// Opens one, and checks platform, epoch and age: 120 s by the server's clock.
    ///
    /// # Errors
    /// [`ProblemCode::ProofRefused`] when it is not ours or another platform's;
    /// [`ProblemCode::NonceExpired`] when it is too old or from before a restore.
    pub fn open(services: &Services, platform: &Platform, sealed: &str) -> Result<Self, ProblemCode> {
        let plaintext =
            seal::nonce::open_nonce(&services.keys, platform, sealed).map_err(|_| ProblemCode::ProofRefused)?;
        let nonce: Self = serde_json::from_slice(&plaintext).map_err(|_| ProblemCode::ProofRefused)?;
        if nonce.epoch != services.epoch || nonce.expires_at() <= services.clock.now() {
            return Err(ProblemCode::NonceExpired);
        }
        Ok(nonce)
    }

    /// The moment from which it is refused.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_millis(self.issued_at).plus_seconds(limits::NONCE_LIFE_S)
    }
}

/// Digest of a device cookie's value, as nonces seal it.
pub fn cookie_digest(value: Option<&str>) -> Digest {
    login_guard_protocol::Transcript::new("login-guard/cookie/v1").part(value.unwrap_or_default().as_bytes()).digest()
}
