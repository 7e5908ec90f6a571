//! Confirmation by a key that the account already knows: another login name, the same browser, nobody asked.

use login_guard_protocol::challenge::device_key::CHECK_STEP;
use login_guard_protocol::evidence::Evidence;
use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::verdict::Verdict;
use login_guard_protocol::{AttemptId, ParseError, base64url, limits};
use serde::Deserialize;
use serde_json::json;

use super::offers::Occasion;
use super::step::{ConfirmedResponse, OpenStep, check_proof};
use crate::attempts::generations::{Generations, ratchet_of};
use crate::attempts::judge::{enrolled_evidence, judge_probe, judge_proved, told};
use crate::attempts::messages::ProbeRequest;
use crate::attempts::offers::{Method, Offer};
use crate::attempts::population::weigh_in_proved;
use crate::attempts::probes::Shown;
use crate::attempts::ratchet::Machine;
use crate::attempts::record::{ConfirmedBy, Proved};
use crate::attempts::{Page, enrol};
use crate::matching::is_upgrade;
use crate::problem::Problem;
use crate::seal::rows::verify;
use crate::services::Services;
use crate::store::{AccountKey, Commit, CommitError, DeviceRow, Refusal};
use crate::{policy, rules};

/// How often a wrong picture is written again when the account changed meanwhile.
const ROUNDS: u32 = 16;

/// `POST …/confirmations/device-key/check`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceKeyRequest {
    /// Protocol version.
    pub v: u32,
    /// Signed by one of the challenge's keys.
    pub proof: String,
    /// The evidence document, gathered anew under that key's digest key; base64url.
    pub evidence: String,
}

/// Offered to the page that may hold the key of the device whose cookie it shows.
///
/// # Errors
/// None.
pub fn offer(occasion: &Occasion<'_>) -> Result<Option<Offer>, Problem> {
    let (keys, probe) = occasion.silent;
    let details = [("keys", json!(keys)), ("probe", json!(probe.map(ProbeRequest::of)))];
    Ok((!keys.is_empty()).then(|| Offer::new(Method::DeviceKey, details)))
}

/// Accepts a proof by one of the keys that the challenge named, from the machine that was enrolled with it. The account is
/// judged again, as if the login had been made with that key.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::ProofMalformed`], [`ProblemCode::ProofRefused`];
/// [`ProblemCode::MethodUnavailable`] when the challenge names no key, or a rule finds something amiss with this one.
pub async fn check(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: DeviceKeyRequest,
) -> Result<ConfirmedResponse, Problem> {
    let mut step = OpenStep::read(services, page, attempt, request.v).await?;
    let account = step.key.clone();
    let challenge = step.challenge()?;
    challenge.check_offers(Method::DeviceKey)?;
    if request.evidence.len() > limits::FIELD_BYTES {
        return Err(ParseError::Length.into());
    }
    let bytes = base64url::decode(&request.evidence)?;
    let evidence = Evidence::parse(&bytes)?;
    let proof = check_proof(&page.platform, challenge, &request.proof, (CHECK_STEP, b""), &bytes)?;
    let key = proof.key.key_id();
    if !challenge.keys.contains(&key) {
        return Err(ProblemCode::ProofRefused.into());
    }
    let generations = Generations::of(services, &account);
    let place = generations.place(None);
    let shown = generations.presented(&page.cookie()).ok_or(ProblemCode::AttemptUnknown)?;
    let verified = verify(&services.keys, &account, services.store.account(&account).await?);
    let device = verified.devices.iter().find(|row| row.public_key == proof.key);
    let device = device.ok_or(ProblemCode::MethodUnavailable)?;
    let (state, seen) = (ratchet_of(device), generations.look(device, &shown, &place));
    let state = state.filter(|_| seen.is_live()).ok_or(ProblemCode::MethodUnavailable)?;
    let found = state.judge(seen, Machine::Same, &place);
    let mut circumstances =
        judge_proved(services, &account, &verified, (device, found), &evidence, proof.head.as_deref());
    weigh_in_proved(services, &account, device, &evidence, &mut circumstances).await?;
    let upgraded = is_upgrade(&enrolled_evidence(device), &evidence);
    let proved = Proved { drawn: evidence.probes, upgraded };
    let seeds = challenge.probe.ok_or(ProblemCode::MethodUnavailable)?;
    let drawn = Shown { seeds: &seeds, answers: &proved.drawn, upgraded, now: place.now };
    circumstances.probe = told(Some(&judge_probe(device, &drawn)));
    let findings = rules::find(&circumstances);
    if policy::decide(&findings) != Verdict::Allow {
        let codes: Vec<&str> = findings.iter().map(|found| found.code.as_str()).collect();
        tracing::info!(attempt.findings = codes.join(","), "a key was proved, and not from where it belongs");
        remember_failure(services, &account, &proof.key, &drawn).await?;
        return Err(ProblemCode::MethodUnavailable.into());
    }
    challenge.proved = Some(proved);
    Ok(step.confirm(services, ConfirmedBy::DeviceKey { key }, Vec::new()).await?)
}

/// Remembers a wrong picture as a login does, or this would be the way to draw again until one is right. Not with the attempt, so that
/// of answers given at once each wrong one counts: whoever redeems a right one is judged again.
async fn remember_failure(
    services: &Services,
    key: &AccountKey,
    public_key: &PublicKey,
    drawn: &Shown<'_>,
) -> Result<(), Problem> {
    for _ in 0..ROUNDS {
        let account = verify(&services.keys, key, services.store.account(key).await?);
        let known = account.devices.iter().find(|row| row.public_key == *public_key).filter(|_| !account.is_tampered());
        let Some(device) = known else { return Ok(()) };
        let verdict = judge_probe(device, drawn);
        let Some(failed) = verdict.failed_anew(device) else { return Ok(()) };
        let row = DeviceRow { probes: failed.to_column(), ..DeviceRow::clone(device) };
        let (changes, _) = enrol::put_device(services, key, &account, row);
        match services.store.commit(Commit { scope: key.clone().into(), changes }).await {
            Err(CommitError::Refused(Refusal::Stale)) => {}
            done => return Ok(done?),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}
