//! Confirmation by a passkey: bound to the page's origin by the browser, to this attempt by its challenge. Nobody can relay it, so it
//! gives trust.

use login_guard_protocol::challenge::passkey::CHECK_STEP;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AttemptId, base64url};

use serde::Deserialize;
use serde_json::Value;

use super::offers::Occasion;
use super::step::{ConfirmedResponse, OpenStep, check_own_proof};
use crate::attempts::Page;
use crate::attempts::enrol::Edit;
use crate::attempts::offers::{Method, Offer};
use crate::attempts::record::{ChallengeRecord, ConfirmedBy};
use crate::entropy::make_bytes;
use crate::factors::factor::Factor;
use crate::factors::passkeys::{
    Passkey, Unusable, alarm_regressed, is_late, parse_credential, refused, relying_party, usable,
};
use crate::problem::{Problem, Stop};
use crate::seal::rows::{VerifiedAccount, verify};
use crate::services::Services;
use crate::store::{AccountKey, Change, CommitError, Refusal};
use crate::webauthn::{Asked, AssertionResponse, Listed, Refused, assertion_options};

/// How often a step is tried again when another request was first.
const ROUNDS: u32 = 8;

/// `POST …/confirmations/passkey/check`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// Protocol version.
    pub v: u32,
    /// By the key of the login proof; null for a browser without one.
    pub proof: Option<String>,
    /// The text of the `AuthenticationResponseJSON`.
    pub credential: String,
}

impl std::fmt::Debug for CheckRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CheckRequest(…)")
    }
}

/// Offered where the account has a passkey that counts, to a page that may use it. The challenge is made here and stays with the offer.
///
/// # Errors
/// [`ProblemCode::Internal`] without randomness, or for a passkey that cannot be read.
pub fn offer(occasion: &Occasion<'_>) -> Result<Option<Offer>, Problem> {
    let Some(relying_party) = relying_party(occasion.services, occasion.key) else { return Ok(None) };
    let passkeys = usable(occasion.services, occasion.key, occasion.account)?;
    if passkeys.is_empty() || !relying_party.has_origin(occasion.origin) {
        return Ok(None);
    }
    let challenge: [u8; 32] = make_bytes(occasion.services.entropy.as_ref())?;
    let listed: Vec<Listed> = passkeys.into_iter().map(|(_, passkey)| passkey.listed).collect();
    let options = assertion_options(&relying_party, &challenge, &listed);
    Ok(Some(Offer::new(Method::Passkey, [("options", options)])))
}

/// Accepts an assertion of one of the account's passkeys for this attempt's challenge, from the page that began it.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::MethodUnavailable`], [`ProblemCode::ProofMalformed`], [`ProblemCode::ProofRefused`],
/// [`ProblemCode::BodyInvalid`]; [`ProblemCode::PasskeyUnknown`] for one that was removed since; [`ProblemCode::PasskeyRefused`] with
/// `tries_left`; [`ProblemCode::TriesExhausted`].
pub async fn check(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: CheckRequest,
) -> Result<ConfirmedResponse, Problem> {
    let response: AssertionResponse = parse_credential(&request.credential)?;
    for _ in 0..ROUNDS {
        let mut step = OpenStep::read(services, page, attempt, request.v).await?;
        let key = step.key.clone();
        let challenge = step.challenge()?;
        challenge.check_offers(Method::Passkey)?;
        check_own_proof(page, challenge, request.proof.as_deref(), (CHECK_STEP, request.credential.as_bytes()))?;
        let asked = AskedPasskey::of(challenge)?;
        if is_late(challenge.made_at, services.clock.now()) {
            return Err(ProblemCode::MethodUnavailable.into());
        }
        let account = verify(&services.keys, &key, services.store.account(&key).await?);
        let outcome = match asked.judge(services, &key, &account, (&challenge.origin, &response))? {
            Judged::Confirmed(factor, changes) => {
                step.confirm(services, ConfirmedBy::Passkey { factor: factor.id }, changes).await
            }
            Judged::Unknown => return Err(ProblemCode::PasskeyUnknown.into()),
            Judged::Refused(why, changes) => {
                let problem = count_refused(challenge, why);
                step.commit(services, changes).await.and(Err(problem.into()))
            }
        };
        match outcome {
            Ok(confirmed) => return Ok(confirmed),
            Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// What an answer is worth.
enum Judged {
    /// It confirms.
    Confirmed(Box<Factor>, Vec<Change>),
    /// The passkey is none of the account's any more.
    Unknown,
    /// It does not.
    Refused(Unusable, Vec<Change>),
}

/// What the challenge asked passkeys for.
struct AskedPasskey {
    challenge: Vec<u8>,
    ids: Vec<String>,
}

impl AskedPasskey {
    /// The options are the server's own, sealed with the attempt: no page can have changed them.
    fn of(challenge: &ChallengeRecord) -> Result<Self, Problem> {
        let offer = challenge.offers.iter().find(|offer| offer.method == Method::Passkey);
        let options = offer.and_then(|offer| offer.details.get("options")).ok_or(ProblemCode::MethodUnavailable)?;
        let challenge = options["challenge"].as_str().and_then(|text| base64url::decode(text).ok());
        let listed = options["allowCredentials"].as_array().map(Vec::as_slice).unwrap_or_default();
        let id = |listed: &Value| listed["id"].as_str().map(str::to_owned);
        Ok(Self { challenge: challenge.ok_or(ProblemCode::Internal)?, ids: listed.iter().filter_map(id).collect() })
    }

    fn judge(
        &self,
        services: &Services,
        key: &AccountKey,
        account: &VerifiedAccount,
        (origin, response): (&str, &AssertionResponse),
    ) -> Result<Judged, Problem> {
        let relying_party = relying_party(services, key).ok_or(ProblemCode::MethodUnavailable)?;
        let asked = Asked { relying_party, challenge: &self.challenge, origin: Some(origin) };
        let named = usable(services, key, account)?.into_iter().find(|(_, it)| it.listed.id == response.raw_id);
        let Some((mut factor, mut passkey)) = named else {
            // one that was asked for is gone since; any other is somebody else's, and nothing to be forgotten
            let was_asked = self.ids.contains(&response.raw_id);
            let refused = || Judged::Refused(Refused::Credential.into(), Vec::new());
            return Ok(if was_asked { Judged::Unknown } else { refused() });
        };
        let used = passkey.use_for(&asked, response, services.clock.now());
        if let Err(why @ Unusable::Refused(_)) = used {
            return Ok(Judged::Refused(why, Vec::new()));
        }
        let changes = keep(services, key, account, (&mut factor, &passkey))?;
        Ok(match used {
            Ok(()) => Judged::Confirmed(Box::new(factor), changes),
            Err(why) => {
                alarm_regressed(key);
                Judged::Refused(why, changes)
            }
        })
    }
}

/// What the use tells of the passkey, committed with the attempt.
fn keep(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    (factor, passkey): (&mut Factor, &Passkey),
) -> Result<Vec<Change>, Problem> {
    factor.write(passkey)?;
    let mut edit = Edit::of(services, key, account);
    edit.put_factor(factor.seal(services, key)?);
    Ok(edit.into_changes())
}

/// The fifth refused answer ends the attempt, by whichever methods they came.
fn count_refused(challenge: &mut ChallengeRecord, why: Unusable) -> Problem {
    let counted = challenge.count_wrong();
    if counted.code == ProblemCode::TriesExhausted {
        return counted;
    }
    refused(why).member("tries_left", challenge.tries_left())
}
