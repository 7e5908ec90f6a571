//! One log-in, whichever page it came from: open, password, assess; then redeem.

use serde_json::Value;
use zeroize::Zeroizing;

use super::cookies;
use super::visitor::Visitor;
use crate::app::App;
use crate::entropy::{Token, make_request_id};
use crate::pages::language::Language;
use crate::password::Checked;
use crate::store::{Entry, HalfSession};
use crate::verifier::{Assess, Contacts, Open, Outcome, Redeem, Refusal};

/// Longest typed name and password, in bytes; longer ones are wrong without being looked up.
const NAME_BYTES: usize = 320;
const PASSWORD_BYTES: usize = 1024;

/// What a log-in form carries.
pub(super) struct Typed {
    pub(super) login_name: String,
    pub(super) password: Zeroizing<String>,
    pub(super) proof: String,
}

/// Where a log-in stands, with the verifier's cookies to copy.
pub(super) struct Step {
    pub(super) stands: Stands,
    pub(super) set_cookies: Vec<String>,
}

/// Where a log-in stands.
pub(super) enum Stands {
    /// The session exists; this is its token.
    In(Token),
    /// The device must be confirmed; the half-session's token, and the challenge for the page.
    Challenged(Token, Value),
    /// Not logged in.
    Out(Why),
}

/// Why somebody is not logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The page was open for too long, or its attempt was used already.
    Again,
    /// Name or password missing or too long.
    Incomplete,
    /// The confirmation is not, or no longer, good for this log-in.
    NotConfirmed,
    /// The proof is missing.
    NoProof,
    /// The verifier would not take the proof.
    ProofRefused,
    /// Name or password wrong, or the log-in is refused: the two look alike.
    Refused { reference: Option<String> },
    /// Nothing was decided.
    Unavailable,
}

impl From<Why> for Step {
    fn from(why: Why) -> Self {
        Self { stands: Stands::Out(why), set_cookies: Vec::new() }
    }
}

/// Takes a name, a password and a proof as far as they go.
pub(super) async fn begin(app: &App, visitor: &Visitor<'_>, typed: Typed, language: Language) -> Step {
    try_begin(app, visitor, typed, language).await.unwrap_or_else(Step::from)
}

async fn try_begin(app: &App, visitor: &Visitor<'_>, typed: Typed, language: Language) -> Result<Step, Why> {
    let login_name = typed.login_name.trim_ascii().to_owned();
    if typed.proof.is_empty() {
        return Err(Why::NoProof);
    }
    let named = (1..=NAME_BYTES).contains(&login_name.len());
    if !named || !(1..=PASSWORD_BYTES).contains(&typed.password.len()) {
        return Err(Why::Incomplete);
    }
    let attempt = attempt_of(&typed.proof).ok_or(Why::ProofRefused)?.to_owned();
    let device_cookie = visitor.device_cookie();
    let open = Open {
        login_name: login_name.clone(),
        proof: typed.proof.clone(),
        device_cookie: device_cookie.clone(),
        client: visitor.client(),
    };
    if let Some(refusal) = app.verifier.open(&attempt, &open).await.map_err(|_| Why::Unavailable)? {
        return Err(why(&refusal));
    }

    let account = app.store.find_account(&login_name).await.map_err(|error| failed(&error))?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let checked = app.passwords.check(typed.password, hash).await.map_err(|error| failed(&error))?;

    let assess = Assess {
        request_id: make_request_id(&*app.entropy).map_err(|error| failed(&error))?,
        account: account.as_ref().map(|account| account.account.clone()),
        login_name: login_name.clone(),
        password: match checked {
            Checked::Right => "right",
            Checked::Wrong => "wrong",
        },
        proof: typed.proof,
        device_cookie,
        client: visitor.client_with_agent(),
        amr: ["pwd"],
        locale: language.tag(),
        contacts: account.as_ref().map(|account| Contacts { mail: account.mail.clone() }),
        anti_phishing_phrase: account.as_ref().map(|account| account.phrase.clone()),
    };
    let decision = app.verifier.assess(&attempt, &assess).await.map_err(|_| Why::Unavailable)?;
    // the verifier allows and challenges right passwords only; that is checked here again, because a session hangs on it
    let account = account.filter(|_| checked == Checked::Right).map(|account| account.account);
    let stands = match (decision.outcome, account) {
        (Outcome::Allow { account: allowed, probation, value_frozen }, Some(account)) if allowed == account => {
            Stands::In(begin_session(app, Entry { account, login_name, probation, value_frozen }, None).await?)
        }
        (Outcome::Challenge(challenge), Some(account)) => {
            let half = HalfSession { account, attempt, challenge: challenge.to_string(), login_name };
            Stands::Challenged(begin_half_session(app, half).await?, challenge)
        }
        (Outcome::Deny { reference }, _) => Stands::Out(Why::Refused { reference }),
        (Outcome::Refused(refusal), _) => Stands::Out(why(&refusal)),
        (Outcome::Allow { .. } | Outcome::Challenge(_), _) => {
            tracing::error!("the verifier's decision does not fit the log-in it was asked about");
            Stands::Out(Why::Unavailable)
        }
    };
    Ok(Step { stands, set_cookies: decision.set_cookies })
}

/// Spends the verdict of a confirmed log-in. Account and attempt are the half-session's, whatever the form says.
pub(super) async fn finish(app: &App, visitor: &Visitor<'_>, verdict: String) -> Step {
    try_finish(app, visitor, verdict).await.unwrap_or_else(Step::from)
}

async fn try_finish(app: &App, visitor: &Visitor<'_>, verdict: String) -> Result<Step, Why> {
    let Some((token, half)) = half_session(app, visitor).await? else { return Err(Why::Again) };
    if verdict.is_empty() {
        return Err(Why::NotConfirmed);
    }
    let redeem = Redeem {
        verdict,
        attempt: half.attempt,
        account: half.account.clone(),
        purpose: "login",
        action: None,
        device_cookie: visitor.device_cookie(),
        client: visitor.client(),
    };
    let decision = app.verifier.redeem(&redeem).await.map_err(|_| Why::Unavailable)?;
    let stands = match decision.outcome {
        Outcome::Allow { account, probation, value_frozen } if account == half.account => {
            let entry = Entry { account, login_name: half.login_name, probation, value_frozen };
            Stands::In(begin_session(app, entry, Some(token)).await?)
        }
        Outcome::Allow { .. } => {
            tracing::error!("the verifier redeemed for another account than it was asked about");
            Stands::Out(Why::Unavailable)
        }
        Outcome::Challenge(_) | Outcome::Deny { .. } | Outcome::Refused(_) => Stands::Out(Why::NotConfirmed),
    };
    Ok(Step { stands, set_cookies: decision.set_cookies })
}

/// The half-session of a request's cookie, while it lives.
pub(super) async fn half_session(app: &App, visitor: &Visitor<'_>) -> Result<Option<(Token, HalfSession)>, Why> {
    let Some(token) = cookies::find_token(visitor.headers, cookies::HALF_SESSION) else { return Ok(None) };
    let half = app.store.find_half_session(&token, app.clock.now()).await.map_err(|error| failed(&error))?;
    Ok(half.map(|half| (token, half)))
}

async fn begin_session(app: &App, entry: Entry, half: Option<Token>) -> Result<Token, Why> {
    let token = Token::make(&*app.entropy).map_err(|error| failed(&error))?;
    app.store.begin_session(&token, entry, half, app.clock.now()).await.map_err(|error| failed(&error))?;
    Ok(token)
}

async fn begin_half_session(app: &App, half: HalfSession) -> Result<Token, Why> {
    let token = Token::make(&*app.entropy).map_err(|error| failed(&error))?;
    app.store.begin_half_session(&token, half, app.clock.now()).await.map_err(|error| failed(&error))?;
    Ok(token)
}

/// The attempt in a proof field: 22 characters of base64url before the first `~`. They become part of a path.
fn attempt_of(proof: &str) -> Option<&str> {
    let (attempt, _) = proof.split_once('~')?;
    let shaped = attempt.len() == 22 && attempt.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    shaped.then_some(attempt)
}

fn why(refusal: &Refusal) -> Why {
    match refusal.code.as_str() {
        "nonce-expired" | "nonce-spent" => Why::Again,
        "login-refused" => Why::Refused { reference: None },
        _ => Why::ProofRefused,
    }
}

/// Our own trouble is told once, here, and ends in the same page as the verifier's.
fn failed(error: &dyn std::error::Error) -> Why {
    tracing::error!(%error, "a log-in could not be carried out");
    Why::Unavailable
}
