//! What every step of a confirmation begins and ends with.

use login_guard_protocol::challenge::step_digest;
use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::proof::{ProofKey, SignedProof};
use login_guard_protocol::verdict::Verdict;
use login_guard_protocol::{AttemptId, Digest, Platform, Purpose, TokenId, VERSION};
use serde::{Deserialize, Serialize};

use crate::attempts::Page;
use crate::attempts::generations::Generations;
use crate::attempts::proof::{self, Expected};
use crate::attempts::record::{ChallengeRecord, ConfirmedBy, Progress, StoredAttempt};
use crate::entropy::make_bytes;
use crate::problem::{Problem, Stop};
use crate::seal::rows::verify;
use crate::services::Services;
use crate::store::{AccountKey, Change, Commit};
use crate::tokens::{self, Grant};

/// The 200 of a confirmation.
#[derive(Clone, Debug, Serialize)]
pub struct ConfirmedResponse {
    /// Protocol version.
    pub v: u32,
    /// Always `allow`: the token is good for one `redeem`.
    pub verdict: Verdict,
    /// The verdict token.
    pub token: String,
}

/// A step that answers with a code which the person has already: `…/totp/check`, `…/recovery-code/check`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// Protocol version.
    pub v: u32,
    /// By the key of the login proof; null for a browser without one.
    pub proof: Option<String>,
    /// As typed.
    pub code: String,
}

impl std::fmt::Debug for CodeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeRequest(…)")
    }
}

/// An attempt that this browser may work on: challenged, alive, with the cookie that went along.
pub struct OpenStep {
    /// The attempt.
    pub stored: StoredAttempt,
    /// Its account.
    pub key: AccountKey,
}

impl OpenStep {
    /// Reads an attempt for a page.
    ///
    /// # Errors
    /// [`ProblemCode::AttemptUnknown`] when there is none, it was not challenged, or the cookie is not its own: the three look
    /// alike. [`ProblemCode::AttemptExpired`], [`ProblemCode::AttemptEnded`].
    pub async fn read(services: &Services, page: &Page, attempt: AttemptId, v: u32) -> Result<Self, Problem> {
        if v != VERSION {
            return Err(ProblemCode::VersionUnknown.into());
        }
        let unknown = || Problem::new(ProblemCode::AttemptUnknown);
        let stored = StoredAttempt::read(services, &page.platform, attempt).await?.ok_or_else(unknown)?;
        let key = stored.account_key(&page.platform).ok_or_else(unknown)?;
        let challenge = stored.record.challenge.as_ref().ok_or_else(unknown)?;
        if page.origin != challenge.origin || !is_its_cookie(services, page, &key, challenge).await? {
            return Err(unknown());
        }
        if challenge.is_expired(services.clock.now()) || challenge.epoch != services.epoch {
            return Err(ProblemCode::AttemptExpired.into());
        }
        match challenge.progress {
            Progress::Open => Ok(Self { stored, key }),
            Progress::Exhausted => Err(ProblemCode::TriesExhausted.into()),
            Progress::Confirmed { .. } | Progress::Redeemed => Err(ProblemCode::AttemptEnded.into()),
        }
    }

    /// The challenge; [`Self::read`] saw it.
    ///
    /// # Errors
    /// [`ProblemCode::AttemptUnknown`].
    pub fn challenge(&mut self) -> Result<&mut ChallengeRecord, Problem> {
        self.stored.record.challenge.as_mut().ok_or_else(|| ProblemCode::AttemptUnknown.into())
    }

    /// Writes the attempt with its next revision, and what belongs with it.
    ///
    /// # Errors
    /// [`Stop::Commit`] with a refusal as stale when another request was first.
    pub async fn commit(&self, services: &Services, mut changes: Vec<Change>) -> Result<(), Stop> {
        changes.push(Change::UpdateAttempt(self.stored.to_row(services, &self.key.platform)?));
        let commit = Commit { scope: self.key.clone().into(), changes };
        Ok(services.store.commit(commit).await?)
    }

    /// Marks the attempt confirmed and issues its token.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn confirm(
        mut self,
        services: &Services,
        by: ConfirmedBy,
        changes: Vec<Change>,
    ) -> Result<ConfirmedResponse, Stop> {
        let token = TokenId::from_bytes(make_bytes(services.entropy.as_ref()).map_err(Problem::from)?);
        let challenge = self.challenge()?;
        let key = by.key(challenge.key);
        let mut amr = challenge.amr.clone();
        if !amr.iter().any(|known| known == by.amr()) {
            amr.push(by.amr().to_owned());
        }
        challenge.progress = Progress::Confirmed { token, by };
        let grant = Grant { account: self.key.clone(), attempt: self.stored.attempt, token, key, amr };
        let token = tokens::issue(services, grant)?;
        self.commit(services, changes).await?;
        Ok(ConfirmedResponse { v: VERSION, verdict: Verdict::Allow, token })
    }
}

/// Whether a page shows the cookie that went along with the challenge, or what its device has moved on to meanwhile.
async fn is_its_cookie(
    services: &Services,
    page: &Page,
    key: &AccountKey,
    challenge: &ChallengeRecord,
) -> Result<bool, Problem> {
    let generations = Generations::of(services, key);
    let shown = generations.presented(&page.cookie());
    if shown == Some(challenge.cookie_digest) || challenge.device.is_none() {
        return Ok(shown == Some(challenge.cookie_digest));
    }
    let account = verify(&services.keys, key, services.store.account(key).await?);
    Ok(generations.belongs(&account, challenge, shown.as_ref()))
}

/// A confirmation proof whose claims and signature were checked.
#[derive(Clone, Debug)]
pub struct StepProof {
    /// The key that signed.
    pub key: PublicKey,
    /// The account head that the device was given for the key.
    pub head: Option<String>,
}

/// Checks a confirmation proof: signature by the key it shows, every claim, the exact step (its name and payload) and
/// the evidence that came along.
///
/// # Errors
/// [`ProblemCode::ProofMalformed`] or [`ProblemCode::ProofRefused`].
pub fn check_proof(
    platform: &Platform,
    challenge: &ChallengeRecord,
    jws: &str,
    (step, payload): (&str, &[u8]),
    evidence: &[u8],
) -> Result<StepProof, Problem> {
    let signed = SignedProof::parse(jws)?;
    let ProofKey::Shown(key) = signed.key else { return Err(ProblemCode::ProofRefused.into()) };
    let expected = Expected {
        platform,
        nonce: &challenge.nonce,
        origin: &challenge.origin,
        name: challenge.name,
        purpose: Purpose::Confirmation,
        evidence: Digest::of(evidence),
        act: Some(step_digest(step, payload)),
    };
    proof::check_claims(&signed.claims, &expected).map_err(|_| ProblemCode::ProofRefused)?;
    let verified = proof::check_signature(&signed, &key).map_err(|_| ProblemCode::ProofRefused)?;
    Ok(StepProof { key: *verified.key(), head: signed.claims.head })
}

/// Checks a proof that must come from the key of the login proof, or be left out where that browser has no key.
///
/// # Errors
/// As [`check_proof`].
pub fn check_own_proof(
    page: &Page,
    challenge: &ChallengeRecord,
    jws: Option<&str>,
    step: (&str, &[u8]),
) -> Result<(), Problem> {
    let (own, jws) = match (challenge.key, jws) {
        (None, None) => return Ok(()),
        (Some(own), Some(jws)) => (own, jws),
        _ => return Err(ProblemCode::ProofRefused.into()),
    };
    let proof = check_proof(&page.platform, challenge, jws, step, b"")?;
    if proof.key.key_id() == own { Ok(()) } else { Err(ProblemCode::ProofRefused.into()) }
}
