//! Confirmation by a key that the account already knows: another login name, the same browser, nobody asked.

use login_guard_protocol::challenge::device_key::CHECK_STEP;
use login_guard_protocol::evidence::Evidence;
use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::verdict::Verdict;
use login_guard_protocol::{AttemptId, ParseError, ReferenceCode, base64url, limits};
use serde::Deserialize;
use serde_json::json;

use super::offers::Occasion;
use super::step::{ConfirmedResponse, OpenStep, check_proof};
use crate::attempts::copies::{self, Doubt};
use crate::attempts::generations::{Generations, ratchet_of};
use crate::attempts::judge::{enrolled_evidence, judge_probe, judge_proved, told};
use crate::attempts::messages::ProbeRequest;
use crate::attempts::offers::{Method, Offer};
use crate::attempts::population::weigh_in_proved;
use crate::attempts::probes::Shown;
use crate::attempts::ratchet::{Found, GenerationDigest, Machine, Place};
use crate::attempts::record::{ConfirmedBy, MailRecord, Proved};
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
/// [`ProblemCode::MethodUnavailable`] when the challenge names no key or is older than a nonce lives, or a rule finds something amiss
/// with this one. A fork that shows here suspends the device at once.
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
    // unseen means at once: whoever comes later than a nonce lives could know by then what others drew
    let is_late = challenge.made().plus_seconds(limits::NONCE_LIFE_S) <= services.clock.now();
    if is_late {
        return Err(ProblemCode::MethodUnavailable.into());
    }
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
        let at = Checked { key: &account, public_key: &proof.key, shown: &shown, place: &place };
        remember_failure(services, &at, &drawn, (challenge.mail.as_ref(), &challenge.reference)).await?;
        return Err(ProblemCode::MethodUnavailable.into());
    }
    challenge.proved = Some(proved);
    Ok(step.confirm(services, ConfirmedBy::DeviceKey { key }, Vec::new()).await?)
}

/// Which device was proved, with which generation, and when.
struct Checked<'a> {
    key: &'a AccountKey,
    public_key: &'a PublicKey,
    shown: &'a GenerationDigest,
    place: &'a Place,
}

/// Remembers a wrong picture, and suspends a device that was forked, as a login does: or this would be the way to draw again until one
/// is right, and to try a copy unpunished. Not with the attempt, so that of answers given at once each wrong one counts: whoever
/// redeems a right one is judged again.
async fn remember_failure(
    services: &Services,
    at: &Checked<'_>,
    drawn: &Shown<'_>,
    (mail, reference): (Option<&MailRecord>, &ReferenceCode),
) -> Result<(), Problem> {
    let key = at.key;
    for _ in 0..ROUNDS {
        let account = verify(&services.keys, key, services.store.account(key).await?);
        let known = account.devices.iter().find(|row| row.public_key == *at.public_key);
        let Some(device) = known.filter(|_| !account.is_tampered()) else { return Ok(()) };
        let verdict = judge_probe(device, drawn);
        let failed = verdict.failed_anew(device);
        let mut row = DeviceRow::clone(device);
        if let Some(failed) = failed {
            row.probes = failed.to_column();
        }
        let Some(state) = ratchet_of(device) else { return Ok(()) };
        let seen = Generations::of(services, key).look(device, at.shown, at.place);
        let doubt = match state.judge(seen, Machine::Same, at.place) {
            Found::Forked => copies::suspect(services, key, &account, (row, &state), (Found::Forked, at.place)),
            Found::Sound | Found::Superseded => {
                Doubt { rows: failed.map(|_| enrol::put_device(services, key, &account, row)), notice: None }
            }
        };
        let Some((mut changes, _)) = doubt.rows else { return Ok(()) };
        if let Some(found) = doubt.notice {
            changes.extend(copies::notice(services, key, found, (mail, reference))?);
        }
        match services.store.commit(Commit { scope: key.clone().into(), changes }).await {
            Err(CommitError::Refused(Refusal::Stale)) => {}
            Err(error) => return Err(error.into()),
            Ok(()) => {
                if let Some(found) = doubt.notice {
                    copies::tell(services, key, found, reference);
                }
                return Ok(());
            }
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}
