//! Confirmation by a time-based code: each step once ever, and a code that is wrong counts like any other.

use login_guard_protocol::AttemptId;
use login_guard_protocol::challenge::totp::{CHECK_STEP, TotpCode};
use login_guard_protocol::problem::ProblemCode;

use super::budgets::Lane;
use super::offers::Occasion;
use super::step::{CodeRequest, ConfirmedResponse, OpenStep, check_own_proof};
use crate::attempts::Page;
use crate::attempts::enrol::Edit;
use crate::attempts::offers::{Method, Offer};
use crate::attempts::record::ConfirmedBy;
use crate::factors::factor::Factor;
use crate::factors::totp::{Compared, Totp};
use crate::problem::{Problem, Stop};
use crate::seal::rows::verify;
use crate::services::Services;
use crate::store::{CommitError, Refusal};

/// How often a step is tried again when another request of the same account was first.
const ROUNDS: u32 = 16;

/// Offered where a secret counts.
///
/// # Errors
/// As [`Factor::active`].
pub fn offer(occasion: &Occasion<'_>) -> Result<Option<Offer>, Problem> {
    let secrets = Factor::active::<Totp>(occasion.services, occasion.key, occasion.account)?;
    Ok((!secrets.is_empty()).then(|| Offer::new(Method::Totp, [])))
}

/// Checks a code.
///
/// # Errors
/// As [`OpenStep::read`]; [`ProblemCode::MethodUnavailable`], [`ProblemCode::ProofRefused`]; [`ProblemCode::CodeSpent`] (no try
/// counted), [`ProblemCode::CodeWrong`] with `tries_left`, [`ProblemCode::TriesExhausted`], [`ProblemCode::AnswersExhausted`].
pub async fn check(
    services: &Services,
    page: &Page,
    attempt: AttemptId,
    request: CodeRequest,
) -> Result<ConfirmedResponse, Problem> {
    let code = TotpCode::parse(&request.code)
        .map_err(|error| Problem::new(ProblemCode::BodyInvalid).detail(format!("code: {error}")))?;
    let settings = services.platforms.get(&page.platform).ok_or(ProblemCode::Internal)?;
    for _ in 0..ROUNDS {
        let mut step = OpenStep::read(services, page, attempt, request.v).await?;
        let key = step.key.clone();
        let challenge = step.challenge()?;
        challenge.check_offers(Method::Totp)?;
        check_own_proof(page, challenge, request.proof.as_deref(), (CHECK_STEP, code.as_bytes()))?;
        let account = verify(&services.keys, &key, services.store.account(&key).await?);
        let mut secrets = Factor::active::<Totp>(services, &key, &account)?;
        let (factor, totp) = secrets.first_mut().ok_or(ProblemCode::MethodUnavailable)?;
        let now = services.clock.now();
        let lane = Lane { account: &key, known: challenge.cookie_known, network: &challenge.network };
        let cost = lane.short_answer(services, settings, now);
        let outcome = match totp.accept(&code, now) {
            Compared::Right => {
                factor.write(totp)?;
                let mut edit = Edit::of(services, &key, &account);
                edit.put_factor(factor.seal(services, &key)?);
                let changes = cost.charge().into_iter().chain(edit.into_changes()).collect();
                step.confirm(services, ConfirmedBy::Totp, changes).await
            }
            Compared::Spent => step.commit(services, cost.charge()).await.and(Err(ProblemCode::CodeSpent.into())),
            Compared::Wrong => {
                let problem = challenge.count_wrong();
                step.commit(services, cost.charge()).await.and(Err(problem.into()))
            }
        };
        match outcome {
            Ok(confirmed) => return Ok(confirmed),
            Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
            Err(Stop::Commit(CommitError::Refused(Refusal::Exhausted))) => {
                return Err(cost.exhausted(ProblemCode::AnswersExhausted));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}
