//! Redeeming: the only way to a session after a challenge.

use login_guard_protocol::challenge::REDEEM_STEP;
use login_guard_protocol::field::VerdictField;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::verdict::TokenClaims;
use login_guard_protocol::{AccountId, AttemptId, DeviceId, Digest, Purpose, limits};
use serde::Deserialize;

use crate::attempts::judge::presented_digest;
use crate::attempts::record::{ChallengeRecord, ConfirmedBy, Progress, StoredAttempt};
use crate::attempts::{AllowResponse, Caller, Client, allow_response, enrol};
use crate::confirm::check_proof;
use crate::entropy::make_bytes;
use crate::problem::{Problem, Stop};
use crate::rules::{self, Circumstances, Head, Known, Recognised, Rows, Signature, SinceRestore};
use crate::seal::cookie::{DeviceCookie, Generation, generation_digest, tag};
use crate::seal::rows::{VerifiedAccount, verify};
use crate::services::Services;
use crate::store::models::Standing;
use crate::store::{AccountKey, Change, Commit, CommitError, DeviceRow, Refusal};
use login_guard_protocol::jwk::PublicKey;

/// How often a redemption is tried again when the account changed meanwhile.
const ROUNDS: u32 = 16;

/// `POST /v1/verdicts/redeem`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    /// The field `login-guard-verdict`.
    pub verdict: String,
    /// From the half-session.
    pub attempt: AttemptId,
    /// From the half-session.
    pub account: AccountId,
    /// What is to begin.
    pub purpose: Purpose,
    /// Digest of the action that is to be released.
    pub action: Option<Digest>,
    /// The value of `__Host-lg-device`.
    pub device_cookie: Option<String>,
    /// Where from.
    pub client: Client,
}

impl std::fmt::Debug for RedeemRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedeemRequest(…)")
    }
}

/// Spends a verdict token and enrols the device, in one commit.
///
/// # Errors
/// [`ProblemCode::VerdictInvalid`], [`ProblemCode::VerdictExpired`], [`ProblemCode::VerdictSpent`],
/// [`ProblemCode::VerdictMismatch`] (nothing is spent by it), [`ProblemCode::ProofMalformed`].
pub async fn redeem(services: &Services, caller: &Caller, request: RedeemRequest) -> Result<AllowResponse, Problem> {
    let field = VerdictField::parse(&request.verdict).map_err(|_| ProblemCode::VerdictInvalid)?;
    let claims = services.signer.read(&field.token).map_err(|_| ProblemCode::VerdictInvalid)?;
    check_claims(services, caller, &request, &claims)?;
    let key = AccountKey { platform: caller.platform.clone(), account: request.account.clone() };
    for _ in 0..ROUNDS {
        let stored = StoredAttempt::read(services, &caller.platform, request.attempt)
            .await?
            .filter(|stored| stored.account.as_ref() == Some(&request.account))
            .ok_or(ProblemCode::VerdictMismatch)?;
        let challenge = stored.record.challenge.clone().ok_or(ProblemCode::VerdictMismatch)?;
        if challenge.epoch != services.epoch {
            return Err(ProblemCode::VerdictExpired.into());
        }
        let by = match challenge.progress {
            Progress::Confirmed { token, by } if token == claims.jti => by,
            Progress::Redeemed => return Err(ProblemCode::VerdictSpent.into()),
            _ => return Err(ProblemCode::VerdictMismatch.into()),
        };
        let cookie = DeviceCookie::parse(request.device_cookie.as_deref().unwrap_or_default());
        if presented_digest(services, &key, &cookie) != Some(challenge.cookie_digest) {
            return Err(ProblemCode::VerdictMismatch.into());
        }
        let public_key = check_own_proof(caller, &challenge, by, &field)?;
        match commit(services, &key, stored, &challenge, by, public_key, &claims, &cookie).await {
            Ok(response) => {
                tracing::info!(attempt.platform = %key.platform, attempt.reference = %challenge.reference, "redeemed");
                return Ok(response);
            }
            Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
            Err(Stop::Commit(CommitError::Refused(Refusal::Spent))) => return Err(ProblemCode::VerdictSpent.into()),
            Err(stop) => return Err(stop.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// Compares the token with the request, and its time with ours.
fn check_claims(
    services: &Services,
    caller: &Caller,
    request: &RedeemRequest,
    claims: &TokenClaims,
) -> Result<(), ProblemCode> {
    if claims.iss != services.issuer {
        return Err(ProblemCode::VerdictInvalid);
    }
    let equal = claims.aud == caller.platform
        && claims.sub == request.account
        && claims.attempt == request.attempt
        && claims.purpose == request.purpose
        && claims.act == request.action;
    if !equal {
        return Err(ProblemCode::VerdictMismatch);
    }
    let now = services.clock.now().as_seconds();
    if claims.nbf > now || claims.exp <= now || claims.exp - claims.nbf > limits::TOKEN_LIFE_S {
        return Err(ProblemCode::VerdictExpired);
    }
    Ok(())
}

/// The fresh proof over the token: by the key that was confirmed, or none for a browser without one.
fn check_own_proof(
    caller: &Caller,
    challenge: &ChallengeRecord,
    by: ConfirmedBy,
    field: &VerdictField,
) -> Result<Option<PublicKey>, Problem> {
    let expected = match by {
        ConfirmedBy::DeviceKey { key } => Some(key),
        ConfirmedBy::MailCode => challenge.key,
    };
    let mismatch = || Problem::new(ProblemCode::VerdictMismatch);
    match (expected, &field.proof) {
        (None, None) => Ok(None),
        (Some(id), Some(jws)) => {
            let step = (REDEEM_STEP, field.token.as_bytes());
            let proof = check_proof(&caller.platform, challenge, jws, step, b"").map_err(|_| mismatch())?;
            if proof.key.key_id() == id { Ok(Some(proof.key)) } else { Err(mismatch()) }
        }
        _ => Err(mismatch()),
    }
}

#[expect(clippy::too_many_arguments, reason = "everything that was checked goes into one commit")]
async fn commit(
    services: &Services,
    key: &AccountKey,
    mut stored: StoredAttempt,
    challenge: &ChallengeRecord,
    by: ConfirmedBy,
    public_key: Option<PublicKey>,
    claims: &TokenClaims,
    cookie: &DeviceCookie,
) -> Result<AllowResponse, Stop> {
    let account = verify(&services.keys, key, services.store.account(key).await.map_err(Problem::from)?);
    let mut changes = vec![Change::SpendToken {
        token: claims.jti,
        expires_at: services.clock.now().plus_seconds(limits::CHALLENGE_LIFE_S),
    }];
    let mut set_cookies = vec![cookie.to_set_cookie()];
    let device = match public_key {
        None => None,
        Some(public_key) => {
            // a person has confirmed: whoever has the old cookie does not have the new one
            let generation = match by {
                ConfirmedBy::DeviceKey { .. } => None,
                ConfirmedBy::MailCode => Some(Generation::make(services.entropy.as_ref()).map_err(Problem::from)?),
            };
            let cookie_digest = generation
                .as_ref()
                .map_or(challenge.cookie_digest, |generation| generation_digest(&services.keys, key, generation));
            let device = confirmed_device(services, &account, challenge, by, public_key, cookie_digest)?;
            let (device_changes, head_cookie) = enrol::put_device(services, key, &account, device.clone());
            changes.extend(device_changes);
            if let Some(generation) = generation {
                set_cookies = vec![cookie.clone().with(tag(&services.keys, key), generation).to_set_cookie()];
            }
            set_cookies.push(head_cookie);
            Some(device)
        }
    };
    if let Some(record) = stored.record.challenge.as_mut() {
        record.progress = Progress::Redeemed;
    }
    changes.push(Change::UpdateAttempt(stored.to_row(services, &key.platform)?));
    services.store.commit(Commit { scope: key.clone().into(), changes }).await.map_err(Stop::Commit)?;
    Ok(allow_response(
        &key.account,
        stored.attempt,
        &challenge.reference,
        findings(device.as_ref()),
        claims.amr.clone(),
        device.as_ref(),
        set_cookies,
    ))
}

/// The device as it is enrolled now.
fn confirmed_device(
    services: &Services,
    account: &VerifiedAccount,
    challenge: &ChallengeRecord,
    by: ConfirmedBy,
    public_key: PublicKey,
    cookie_digest: [u8; 32],
) -> Result<DeviceRow, Problem> {
    let now = services.clock.now();
    let same_key = account.devices.iter().find(|row| row.public_key == public_key);
    let known = match by {
        // a key that stopped being the account's since the challenge confirms nothing
        ConfirmedBy::DeviceKey { .. } => Some(same_key.ok_or(ProblemCode::VerdictMismatch)?),
        ConfirmedBy::MailCode => same_key,
    };
    let evidence = match (known, by) {
        // the silent way proves the key, not the machine: what was enrolled stays
        (Some(row), ConfirmedBy::DeviceKey { .. }) => row.evidence.clone(),
        _ => challenge.evidence.clone(),
    };
    let id = match known {
        Some(row) => row.device,
        None => DeviceId::from_bytes(make_bytes(services.entropy.as_ref())?),
    };
    Ok(DeviceRow {
        device: id,
        public_key,
        cookie_digest,
        // a phishable confirmation never gives trust; a key proved unseen changes nothing
        standing: known.filter(|_| by != ConfirmedBy::MailCode).map_or(Standing::Probation, |row| row.standing),
        confirmed_by: known
            .filter(|_| by != ConfirmedBy::MailCode)
            .map_or_else(|| by.amr().to_owned(), |row| row.confirmed_by.clone()),
        evidence,
        enrolled_at: known.map_or(now, |row| row.enrolled_at),
        seen_at: now,
        epoch: services.epoch,
        mac: [0; 32],
    })
}

/// What is still worth telling after a confirmation: what was challenged is not told again.
fn findings(device: Option<&DeviceRow>) -> Vec<rules::Finding> {
    let standing = match device.map(|row| row.standing) {
        Some(Standing::Trusted) => rules::Standing::Trusted,
        // without a device there is only what was confirmed a moment ago
        Some(Standing::Probation) | None => rules::Standing::Probation,
    };
    rules::find(&Circumstances {
        device: Recognised::Device(Known { standing, since_restore: SinceRestore::Seen }),
        keyless: None,
        password_right: true,
        signature: Signature::Sound,
        rows: Rows::Intact,
        head: Head::Current,
        cookie_kept: true,
        comparison: None,
    })
}
