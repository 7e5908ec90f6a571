//! Redeeming: the only way to a session after a challenge.

use login_guard_protocol::challenge::REDEEM_STEP;
use login_guard_protocol::evidence::Evidence;
use login_guard_protocol::field::VerdictField;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::verdict::TokenClaims;
use login_guard_protocol::{AccountId, AttemptId, DeviceId, Digest, Purpose, limits};
use serde::Deserialize;

use crate::attempts::generations::{Generations, ratchet_of};
use crate::attempts::judge::judge_probe;
use crate::attempts::probes::{Outcome, Probes, Shown};
use crate::attempts::ratchet::{Found, GenerationDigest, Machine, Place};
use crate::attempts::record::{ChallengeRecord, ConfirmedBy, Progress, StoredAttempt};
use crate::attempts::trust::Trust;
use crate::attempts::{AllowResponse, Allowed, Caller, Client, Handover, activity, enrol};
use crate::confirm::check_proof;
use crate::entropy::make_bytes;
use crate::factors::passkeys::usable;
use crate::matching;
use crate::problem::{Problem, Stop};
use crate::rules::{self, Circumstances, Head, Known, Recognised, Rows, Signature, SinceRestore};
use crate::seal::cookie::{DeviceCookie, Generation, tag};
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
    let evidence = Evidence::parse(&field.evidence)?;
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
        let by = match challenge.progress.clone() {
            Progress::Confirmed { token, by } if token == claims.jti => by,
            Progress::Redeemed => return Err(ProblemCode::VerdictSpent.into()),
            _ => return Err(ProblemCode::VerdictMismatch.into()),
        };
        let cookie = DeviceCookie::parse(request.device_cookie.as_deref().unwrap_or_default());
        let generations = Generations::of(services, &key);
        let account = verify(&services.keys, &key, services.store.account(&key).await?);
        let by = still_vouched(services, &key, &account, by)?;
        let shown =
            generations.presented(&cookie).filter(|shown| generations.belongs(&account, &challenge, Some(shown)));
        let shown = shown.ok_or(ProblemCode::VerdictMismatch)?;
        let public_key = check_own_proof(caller, &challenge, &by, &field)?;
        let confirmation = Confirmation {
            challenge: &challenge,
            evidence: &evidence,
            by,
            shown,
            place: generations.place(Some(request.client.address)),
            client: &request.client,
        };
        match commit(services, &account, stored, &confirmation, public_key, &claims, &cookie).await {
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

/// What was confirmed by something of the account's own, as that stands now: what was removed or copied since vouches for nothing.
fn still_vouched(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    by: ConfirmedBy,
) -> Result<ConfirmedBy, Problem> {
    let mismatch = || Problem::new(ProblemCode::VerdictMismatch);
    match by {
        ConfirmedBy::Passkey { factor } => {
            let is_usable = usable(services, key, account)?.iter().any(|(passkey, _)| passkey.id == factor);
            if is_usable { Ok(by) } else { Err(mismatch()) }
        }
        ConfirmedBy::Approval { device, lifts } => {
            let now = services.clock.now();
            let approver = account.devices.iter().find(|row| row.device == device).map(|row| Trust::of(row));
            let approver = approver.filter(|trust| trust.may_approve(now)).ok_or_else(mismatch)?;
            // whoever was put back on probation since lifts nobody else's
            Ok(ConfirmedBy::Approval { device, lifts: lifts && approver.may_vouch(now) })
        }
        by => Ok(by),
    }
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
    by: &ConfirmedBy,
    field: &VerdictField,
) -> Result<Option<PublicKey>, Problem> {
    let expected = by.key(challenge.key);
    let mismatch = || Problem::new(ProblemCode::VerdictMismatch);
    match (expected, &field.proof) {
        (None, None) => Ok(None),
        (Some(id), Some(jws)) => {
            let step = (REDEEM_STEP, field.token.as_bytes());
            let proof = check_proof(&caller.platform, challenge, jws, step, &field.evidence).map_err(|_| mismatch())?;
            if proof.key.key_id() == id { Ok(Some(proof.key)) } else { Err(mismatch()) }
        }
        _ => Err(mismatch()),
    }
}

/// What was confirmed, by which means, when and from where, what was read meanwhile, and the generation that was shown.
struct Confirmation<'a> {
    challenge: &'a ChallengeRecord,
    evidence: &'a Evidence,
    by: ConfirmedBy,
    shown: GenerationDigest,
    place: Place,
    client: &'a Client,
}

async fn commit(
    services: &Services,
    account: &VerifiedAccount,
    mut stored: StoredAttempt,
    confirmation: &Confirmation<'_>,
    public_key: Option<PublicKey>,
    claims: &TokenClaims,
    cookie: &DeviceCookie,
) -> Result<AllowResponse, Stop> {
    let key = AccountKey { platform: claims.aud.clone(), account: claims.sub.clone() };
    let challenge = confirmation.challenge;
    let mut changes = vec![Change::SpendToken {
        token: claims.jti,
        expires_at: services.clock.now().plus_seconds(limits::CHALLENGE_LIFE_S),
    }];
    let mut set_cookies = vec![cookie.to_set_cookie()];
    let device = match public_key {
        None => None,
        Some(public_key) => {
            let (mut device, generation) = match confirmation.by {
                ConfirmedBy::DeviceKey { .. } => confirmation.prove(services, &key, account, &public_key)?,
                _ => confirmation.enrol(services, &key, account, public_key)?,
            };
            activity::note(services, &key, &mut device, (confirmation.client, confirmation.place.now))?;
            let (device_changes, head_cookie) = enrol::put_device(services, &key, account, device.clone());
            changes.extend(device_changes);
            set_cookies = vec![cookie.clone().with(tag(&services.keys, &key), generation).to_set_cookie(), head_cookie];
            Some(device)
        }
    };
    if let Some(record) = stored.record.challenge.as_mut() {
        record.progress = Progress::Redeemed;
    }
    stored.record.handover = device.as_ref().map(|device| Handover {
        at: services.clock.now().as_millis(),
        nonce: Digest::of(challenge.nonce.as_bytes()),
        key: device.public_key.key_id(),
        name: challenge.name,
        origin: challenge.origin.clone(),
        shown: Some(confirmation.shown),
        device: Some(device.device),
        set_cookies: set_cookies.clone(),
    });
    changes.push(Change::UpdateAttempt(stored.to_row(services, &key.platform)?));
    services.store.commit(Commit { scope: key.clone().into(), changes }).await.map_err(Stop::Commit)?;
    let standing = device.as_ref().map_or_else(|| confirmation.by.standing(), |row| row.standing);
    let response = Allowed {
        account: &key.account,
        attempt: stored.attempt,
        reference: &challenge.reference,
        findings: findings(standing),
        amr: claims.amr.clone(),
        device: device.as_ref(),
        standing,
        value: account.value_frozen_at(services.clock.now()).into(),
        set_cookies,
    };
    Ok(response.into())
}

impl Confirmation<'_> {
    /// The device whose key was proved unseen. That proves the key, not the machine, and nobody was asked: what was enrolled
    /// stays, and the cookie moves on as it does at any allow.
    fn prove(
        &self,
        services: &Services,
        key: &AccountKey,
        account: &VerifiedAccount,
        public_key: &PublicKey,
    ) -> Result<(DeviceRow, Generation), Problem> {
        let generations = Generations::of(services, key);
        // a key that stopped being the account's since the challenge confirms nothing, nor does one that was copied
        let known = account.devices.iter().find(|row| row.public_key == *public_key);
        let known = known.filter(|row| row.standing != Standing::Suspended).ok_or(ProblemCode::VerdictMismatch)?;
        let seen = generations.look(known, &self.shown, &self.place);
        let state = ratchet_of(known)
            .filter(|state| seen.is_live() && state.judge(seen, Machine::Same, &self.place) == Found::Sound)
            .ok_or(ProblemCode::VerdictMismatch)?;
        let mut device = DeviceRow::clone(known);
        // again, since another login may have spent the seed meanwhile
        let (seeds, proved) =
            self.challenge.probe.zip(self.challenge.proved.as_ref()).ok_or(ProblemCode::VerdictMismatch)?;
        let drawn = Shown { seeds: &seeds, answers: &proved.drawn, upgraded: proved.upgraded, now: self.place.now };
        let verdict = judge_probe(known, &drawn);
        if verdict.outcome == Outcome::Failed {
            return Err(ProblemCode::VerdictMismatch.into());
        }
        device.probes = verdict.next.to_column();
        let generation = generations.allow(&mut device, &state, seen, &self.place);
        Ok((DeviceRow { seen_at: self.place.now, epoch: services.epoch, ..device }, generation))
    }

    /// The device that a person confirmed. A phishable method never gives trust.
    ///
    /// A browser that lost its key and kept its cookie takes its device over when it comes from a network of that device, with the
    /// standing that it had and without its word (see [`Trust::rekeyed`]). From any other network it is a new device beside it: a
    /// stolen cookie must not put the owner out.
    fn enrol(
        &self,
        services: &Services,
        key: &AccountKey,
        account: &VerifiedAccount,
        public_key: PublicKey,
    ) -> Result<(DeviceRow, Generation), Problem> {
        let (generations, now) = (Generations::of(services, key), self.place.now);
        let same_key = account.devices.iter().find(|row| row.public_key == public_key);
        let rekeyed = account.devices.iter().find(|row| {
            let is_live = generations.look(row, &self.shown, &self.place).is_live();
            is_live && ratchet_of(row).is_some_and(|state| state.knows_network(self.place.network))
        });
        let rekeyed = rekeyed.filter(|row| same_key.is_none() && row.standing != Standing::Suspended);
        let known = same_key.or(rekeyed);
        // it was parsed when it came
        let login = Evidence::parse(self.challenge.evidence.as_bytes()).map_err(|_| ProblemCode::Internal)?;
        let id = match known {
            Some(row) => row.device,
            None => DeviceId::from_bytes(make_bytes(services.entropy.as_ref())?),
        };
        let probes = known.and_then(|row| Probes::read(&row.probes)).unwrap_or_default();
        let confirmed = (self.by.standing(), self.by.amr());
        let trust = match (known.filter(|_| !self.by.restarts()).map(|row| Trust::of(row)), rekeyed) {
            (Some(lost), Some(_)) => lost.rekeyed(confirmed, now),
            (known, _) => Trust::confirmed(known.as_ref(), confirmed, now),
        };
        let mut device = DeviceRow {
            device: id,
            public_key,
            cookie_digest: known.map_or(self.shown, |row| row.cookie_digest),
            standing: trust.standing,
            confirmed_by: trust.by,
            standing_since: trust.since,
            activity: known.map_or_else(Vec::new, |row| row.activity.clone()),
            evidence: matching::complete(&login, self.evidence).to_json(),
            enrolled_at: known.map_or(now, |row| row.enrolled_at),
            seen_at: now,
            epoch: services.epoch,
            ratchet: known.map_or_else(Vec::new, |row| row.ratchet.clone()),
            probes: probes.confirmed(&self.challenge.seeds, &self.challenge.drawn, &self.evidence.probes).to_column(),
            mac: [0; 32],
        };
        let is_made = self.challenge.cookie_made && self.shown == self.challenge.cookie_digest;
        let fresh = if is_made { None } else { Some(Generation::make(services.entropy.as_ref())?) };
        let generation = generations.confirm(&mut device, &self.shown, fresh, &self.place);
        Ok((device, generation))
    }
}

/// What is still worth telling after a confirmation: what was challenged is not told again.
fn findings(standing: Standing) -> Vec<rules::Finding> {
    let standing = match standing {
        Standing::Trusted => rules::Standing::Trusted,
        Standing::Probation | Standing::Suspended => rules::Standing::Probation,
    };
    rules::find(&Circumstances {
        device: Recognised::Device(Known { standing, since_restore: SinceRestore::Seen }),
        keyless: None,
        password_right: true,
        signature: Signature::Sound,
        rows: Rows::Intact,
        head: Head::Current,
        copies: rules::Copies::None,
        cookie_kept: true,
        comparison: None,
        probe: rules::Probe::None,
        traces: matching::Traces::default(),
    })
}
