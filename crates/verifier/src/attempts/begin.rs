//! Beginning an attempt: a sealed nonce, and nothing written.

use login_guard_protocol::challenge::work::{Kind, Work};
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AttemptId, Purpose, VERSION, limits};

use super::caller::{Page, network};
use super::known::{KnownDevice, find_known};
use super::messages::{BeginRequest, BeginResponse, Parameters, ProbeRequest};
use super::nonce::{Nonce, cookie_digest};
use super::seeds::{ask_device, make_seeds};
use crate::entropy::make_bytes;
use crate::problem::Problem;
use crate::services::Services;

/// Milliseconds that the module may spend on evidence. Reading takes 20 to 70 ms warm and up to 550 ms for the first
/// time in the slowest engine measured (WebKitGTK, 2026-11-22); a second leaves room and ends before a person frets.
const EVIDENCE_BUDGET_MS: u32 = 1_000;

/// Milliseconds that a page whose browser holds a key of the name may wait for the canvas probe. Two seeds took 90 to 700 ms warm, and
/// up to 3 s for the first time in the slowest engine on a busy machine: waiting costs less than a code by mail.
const PROBE_BUDGET_MS: u32 = 4_000;

/// Issues a nonce for a page, and work unless key id and cookie are both those of a device. Whoever does not hold the
/// cookie, which no script reads, learns nothing of accounts, keys or devices: neither from shape nor from time.
///
/// # Errors
/// [`ProblemCode::VersionUnknown`]; [`ProblemCode::BodyInvalid`] for a purpose that pages cannot begin, or a kind of work that is no fallback;
/// [`ProblemCode::Internal`] without randomness; [`ProblemCode::StoreUnavailable`].
pub async fn begin(services: &Services, page: &Page, request: BeginRequest) -> Result<BeginResponse, Problem> {
    if request.v != VERSION {
        return Err(ProblemCode::VersionUnknown.into());
    }
    if !matches!(request.purpose, Purpose::Approval | Purpose::Login | Purpose::Session) {
        return Err(Problem::new(ProblemCode::BodyInvalid).detail("purpose: expected login, session or approval"));
    }
    if request.work_kind.is_some_and(|kind| kind != Kind::Pbkdf2Sha256) {
        // else whoever works with other means than a browser takes what is cheapest to them
        return Err(Problem::new(ProblemCode::BodyInvalid).detail("work_kind: expected pbkdf2-sha256"));
    }
    // a page of a session works for nothing, and spends nothing that it draws: what pends is asked for by logins alone
    let known = match request.device_key_id.filter(|_| request.purpose == Purpose::Login) {
        Some(key) => find_known(services, page, &key).await?,
        None => None,
    };
    let seeds = match &known {
        Some(known) => ask_device(services, &known.account, &known.device),
        None => make_seeds(services)?,
    };
    let work = match request.purpose {
        Purpose::Login => issue_work(services, page, &request, known.as_ref())?,
        // a page of a session
        _ => None,
    };
    let nonce = Nonce {
        attempt: AttemptId::from_bytes(make_bytes(services.entropy.as_ref())?),
        purpose: request.purpose,
        issued_at: services.clock.now().as_millis(),
        epoch: services.epoch,
        origin: page.origin.clone(),
        region: String::new(),
        cookie: cookie_digest(page.device_cookie.as_deref()),
        key: request.device_key_id,
        seeds,
        network: page.address.map(network),
        work,
    };
    Ok(BeginResponse {
        v: VERSION,
        attempt: nonce.attempt,
        nonce: nonce.seal(services, &page.platform)?,
        expires_in_s: limits::NONCE_LIFE_S,
        renew_after_s: limits::NONCE_RENEW_S,
        platform: page.platform.clone(),
        probe: ProbeRequest::of(nonce.seeds),
        work: nonce.work,
        parameters: Parameters { evidence_budget_ms: EVIDENCE_BUDGET_MS, probe_budget_ms: PROBE_BUDGET_MS },
    })
}

/// None for a device that is known by key id and cookie; what the rule says for any other.
fn issue_work(
    services: &Services,
    page: &Page,
    request: &BeginRequest,
    known: Option<&KnownDevice>,
) -> Result<Option<Work>, Problem> {
    let now = services.clock.now();
    let key = request.device_key_id.filter(|_| known.is_some());
    if key.is_some_and(|key| services.brake.spare_known(&page.platform, key, now)) {
        return Ok(None);
    }
    let settings = services.platforms.get(&page.platform).ok_or(ProblemCode::Internal)?.work;
    let kind = request.work_kind.unwrap_or(settings.kind);
    let network = page.address.map(network);
    let asked = (kind, network.as_deref());
    services.brake.issue_for_attempt(services.entropy.as_ref(), &page.platform, &settings, asked, now).map(Some)
}
