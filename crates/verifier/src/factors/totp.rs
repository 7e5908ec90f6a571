//! Time-based codes (RFC 6238): HMAC-SHA-1, six digits, 30 s, as every authenticator app has them.
//!
//! The row keeps the last step that was accepted, and it changes in the account's next version: of requests in parallel, on
//! whichever replica, one is accepted for each step.

use login_guard_protocol::challenge::totp::{DIGITS, TotpCode};
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AccountId, AttemptId, Digest};
use ring::hmac;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::factor::{Contents, Factor, Header, put_only};
use super::guard::{Action, Admission, admit, admit_end};
use super::notice::{Happened, Recipient};
use super::owner::{self, Act, Decided, OwnerPost};
use super::step_up::{self, StepUpPost};
use crate::attempts::enrol::Edit;
use crate::attempts::{Caller, Reply};
use crate::clock::Timestamp;
use crate::entropy::make_bytes;
use crate::problem::Problem;
use crate::services::Services;
use crate::store::models::FactorKind;

/// What the ceremony is called in its row.
const CEREMONY: &str = "totp";
/// Seconds of a step.
const STEP_S: u64 = 30;
/// RFC 4226 section 4 advises 160 bits.
const SECRET_BYTES: usize = 20;

/// A secret that an app shares with us. Redacted, and erased.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Zeroizing<[u8; SECRET_BYTES]>);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl Serialize for TotpSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // EXPOSE: into contents that are sealed at once
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TotpSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(|bytes| Self(Zeroizing::new(bytes)))
    }
}

impl TotpSecret {
    /// Takes the raw bytes.
    pub fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The code of a step (RFC 6238 section 4.2; RFC 4226 section 5.3).
    pub fn code(&self, step: u64) -> TotpCode {
        // EXPOSE: into the MAC
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
        let word = bytes.iter().skip(offset).take(4).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        TotpCode::from_number(word & 0x7fff_ffff)
    }

    /// As people type it into an app: base 32 (RFC 4648 section 6).
    fn to_base32(&self) -> Zeroizing<String> {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut text = Zeroizing::new(String::with_capacity(SECRET_BYTES * 8 / 5));
        // EXPOSE: for the app of the owner, once
        for five in self.0.chunks(5) {
            let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for at in (0..8).rev() {
                let letter = usize::try_from(bits >> (at * 5) & 31).unwrap_or(0);
                text.push(char::from(ALPHABET.get(letter).copied().unwrap_or(b'A')));
            }
        }
        text
    }
}

/// What is kept of a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totp {
    secret: TotpSecret,
    /// The last step that was accepted; none of it or before it is accepted again.
    last_step: u64,
}

impl Contents for Totp {
    const KIND: FactorKind = FactorKind::Totp;
}

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The code of a step that was not used.
    Right,
    /// The code of a step that was used, or is older than one.
    Spent,
    /// None of them.
    Wrong,
}

impl Totp {
    /// With a secret of which nothing was used.
    pub const fn new(secret: TotpSecret) -> Self {
        Self { secret, last_step: 0 }
    }

    /// Compares a code with those of now and of one step of drift each side (RFC 6238 section 5.2), all of them in constant time, and
    /// remembers the step that it is right for.
    pub fn accept(&mut self, code: &TotpCode, now: Timestamp) -> Compared {
        let step = now.as_seconds() / STEP_S;
        let steps = [step.saturating_sub(1), step, step.saturating_add(1)];
        let hits: [bool; 3] = steps.map(|step| self.secret.code(step).as_bytes().ct_eq(code.as_bytes()).into());
        let mut right = steps.into_iter().zip(hits).filter_map(|(step, hit)| hit.then_some(step)).peekable();
        if right.peek().is_none() {
            return Compared::Wrong;
        }
        match right.find(|step| *step > self.last_step) {
            Some(step) => {
                self.last_step = step;
                Compared::Right
            }
            None => Compared::Spent,
        }
    }
}

/// What the second step needs.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Begun {
    secret: TotpSecret,
    admission: Admission,
    tell: Recipient,
}

/// `POST /v1/factors/totp/begin`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginRequest {
    /// The owner.
    pub owner: OwnerPost,
    /// A passkey's word for it, where the account has one.
    #[serde(default)]
    pub step_up: Option<StepUpPost>,
}

/// `POST /v1/factors/totp/finish`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishRequest {
    /// The account that is logged in at the exchange.
    pub account: AccountId,
    /// As begun.
    pub attempt: AttemptId,
    /// As typed.
    pub code: String,
}

impl std::fmt::Debug for FinishRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FinishRequest(…)")
    }
}

/// Gives the owner a secret. It counts for nothing before a code of it was typed.
///
/// # Errors
/// As [`owner::act`] and [`admit`].
pub async fn begin(
    services: &Services,
    caller: &Caller,
    request: BeginRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    let settings = services.platforms.get(&caller.platform).ok_or(ProblemCode::Internal)?;
    let post = &request.owner;
    let step_up = step_up::read(services, caller, &post.account, request.step_up.as_ref()).await?;
    owner::act(services, caller, post, (CEREMONY, digest), |owner| {
        let action = Action::AddTotp {};
        let used = step_up.as_ref().map(|step_up| step_up.check(owner, &action)).transpose()?;
        let admission = admit(owner, &action, used.as_ref().map(|used| &used.stepped_up))?;
        let secret = TotpSecret::from_bytes(make_bytes(services.entropy.as_ref())?);
        let text = secret.to_base32();
        let uri = otpauth_uri(&settings.display_name, post.login_name.as_str(), &text);
        let body = json!({ "attempt": owner.attempt, "secret": text.as_str(), "uri": uri.as_str() });
        let begun = Begun { secret, admission, tell: Recipient::of(owner, post)? };
        let changes = used.map(|used| used.into_changes(owner)).transpose()?.unwrap_or_default();
        Ok(Act { body, changes, ceremony: Some(serde_json::to_value(begun).map_err(|_| ProblemCode::Internal)?) })
    })
    .await
}

/// Keeps the secret once a code shows that an app has it. It makes the older one void when it begins to count.
///
/// # Errors
/// As [`owner::finish`]; [`ProblemCode::CodeWrong`] for a code that the app does not show now.
pub async fn finish(services: &Services, caller: &Caller, request: FinishRequest) -> Result<Reply, Problem> {
    let code = TotpCode::parse(&request.code)
        .map_err(|error| Problem::new(ProblemCode::BodyInvalid).detail(format!("code: {error}")))?;
    owner::finish(services, caller, (&request.account, request.attempt), CEREMONY, |owner, state| {
        let begun = Begun::deserialize(state).map_err(|_| ProblemCode::Internal)?;
        let mut totp = Totp::new(begun.secret);
        if totp.accept(&code, owner.now) != Compared::Right {
            return Err(ProblemCode::CodeWrong.into());
        }
        let active_from = admit_end(owner, begun.admission)?.counts_from(owner)?;
        let factor = Factor::make(services, Header::new("", owner.now, active_from).begun_by(owner), &totp)?;
        let mut edit = Edit::of(services, owner.key, owner.account);
        put_only(&mut edit, owner, &factor)?;
        let happened = Happened::Added { kind: Totp::KIND, counts_from: active_from };
        let body = json!({ "factor": factor.id, "active_from": active_from.to_string() });
        let act = Act { body, changes: edit.into_changes(), ceremony: None };
        Ok(Decided { act, notice: Some(begun.tell.that(happened, owner.now)) })
    })
    .await
}

/// What apps read from a picture (the key URI format of authenticator apps).
fn otpauth_uri(platform: &str, name: &str, secret: &str) -> Zeroizing<String> {
    let (issuer, account) = (percent_encode(platform), percent_encode(name));
    Zeroizing::new(format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_S}"
    ))
}

/// RFC 3986 section 2.1: everything but unreserved characters.
fn percent_encode(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}
