//! Confirmation by a recovery code: each once, and its owner is told.

use login_guard_protocol::AttemptId;
use login_guard_protocol::challenge::recovery_code::{CHECK_STEP, canonical};
use login_guard_protocol::problem::ProblemCode;
use serde_json::json;
use zeroize::Zeroizing;

use super::budgets::{Charges, Lane};
use super::offers::Occasion;
use super::step::{CodeRequest, ConfirmedResponse, OpenStep, check_own_proof};
use crate::attempts::Page;
use crate::attempts::enrol::Edit;
use crate::attempts::offers::{Method, Offer};
use crate::attempts::record::ConfirmedBy;
use crate::factors::factor::Factor;
use crate::factors::notice::{self, Happened, Recipient};
use crate::factors::recovery::code::RecoveryCode;
use crate::factors::recovery::hashing::{HASH_BYTES, SALT_BYTES};
use crate::factors::recovery::{Compared, RecoverySet};
use crate::problem::{Problem, Stop};
use crate::seal::rows::verify;
use crate::services::Services;
use crate::store::{AccountKey, Commit, CommitError, Refusal};

/// How often a step is tried again when another request of the same account was first.
const ROUNDS: u32 = 16;

/// Offered where a set has a code left.
///
/// # Errors
/// As [`Factor::active`].
pub fn offer(occasion: &Occasion<'_>) -> Result<Option<Offer>, Problem> {
    let sets = Factor::active::<RecoverySet>(occasion.services, occasion.key, occasion.account)?;
    let left = sets.first().map_or(0, |(_, set)| set.left());
    Ok((left > 0).then(|| Offer::new(Method::RecoveryCode, [("left", json!(left))])))
}

/// Checks a code.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::MethodUnavailable`], [`ProblemCode::ProofRefused`]; [`ProblemCode::CodeSpent`] (no try
/// counted), [`ProblemCode::CodeWrong`] with `tries_left` (no try counted for what cannot be a code), [`ProblemCode::TriesExhausted`],
/// [`ProblemCode::AnswersExhausted`], [`ProblemCode::Overloaded`].
pub async fn check(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: CodeRequest,
) -> Result<ConfirmedResponse, Problem> {
    let submitted = Zeroizing::new(canonical(&request.code));
    let code = RecoveryCode::parse(&request.code);
    let settings = services.platforms.get(&page.platform).ok_or(ProblemCode::Internal)?;
    let mut known_hash = None;
    for _ in 0..ROUNDS {
        let mut step = OpenStep::read(services, page, attempt, request.v).await?;
        let key = step.key.clone();
        let challenge = step.challenge()?;
        challenge.check_offers(Method::RecoveryCode)?;
        check_own_proof(page, challenge, request.proof.as_deref(), (CHECK_STEP, submitted.as_bytes()))?;
        let Ok(code) = &code else {
            return Err(Problem::new(ProblemCode::CodeWrong).member("tries_left", challenge.tries_left()));
        };
        let account = verify(&services.keys, &key, services.store.account(&key).await?);
        let mut sets = Factor::active::<RecoverySet>(services, &key, &account)?;
        let (factor, set) = sets.first_mut().ok_or(ProblemCode::MethodUnavailable)?;
        let now = services.clock.now();
        let lane = Lane { account: &key, known: challenge.cookie_known, network: &challenge.network };
        let cost = lane.answer(services, settings, now);
        if known_hash.is_none() {
            charge(services, &key, &cost).await?;
        }
        let hash = hash(services, set, code, &mut known_hash).await?;
        let outcome = match set.accept(code, &hash, now) {
            Compared::Right => {
                let recipient = challenge.mail.as_ref().map(Recipient::of_challenge);
                let notice = recipient.map(|recipient| recipient.that(Happened::CodeUsed { left: set.left() }, now));
                factor.write(set)?;
                let mut edit = Edit::of(services, &key, &account);
                edit.put_factor(factor.seal(services, &key)?);
                let mut changes = edit.into_changes();
                changes.extend(notice::post(services, &key, notice.as_ref())?);
                step.confirm(services, ConfirmedBy::RecoveryCode, changes).await
            }
            Compared::Spent => Err(Problem::from(ProblemCode::CodeSpent).into()),
            Compared::Wrong => {
                let problem = challenge.count_wrong();
                step.commit(services, Vec::new()).await.and(Err(problem.into()))
            }
        };
        match outcome {
            Ok(confirmed) => {
                services.bell.ring();
                return Ok(confirmed);
            }
            Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// Charges an answer before anything is hashed: what is over its budget costs no memory.
async fn charge(services: &Services, key: &AccountKey, cost: &Charges) -> Result<(), Problem> {
    match services.store.commit(Commit { scope: key.clone().into(), changes: cost.charge() }).await {
        Ok(()) => Ok(()),
        Err(CommitError::Refused(_)) => Err(cost.exhausted(ProblemCode::AnswersExhausted)),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// A hash, and the salt that it was made with.
type Salted = ([u8; SALT_BYTES], [u8; HASH_BYTES]);

/// The code's hash with the salt of its index: one for each request, whatever else the account goes through meanwhile.
async fn hash(
    services: &Services,
    set: &RecoverySet,
    code: &RecoveryCode,
    known: &mut Option<Salted>,
) -> Result<[u8; HASH_BYTES], Problem> {
    let salt = set.hashed(code).ok_or(ProblemCode::Internal)?.salt;
    if let Some((_, hash)) = known.filter(|(of, _)| *of == salt) {
        return Ok(hash);
    }
    let hash = services.hashing.hash(set.cost, code.clone(), salt).await?;
    *known = Some((salt, hash));
    Ok(hash)
}
