//! Passkeys: what is kept of one, and how the owner adds one.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AccountId, AttemptId, Digest, base64url, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::factor::{Contents, Factor, Header};
use super::guard::{Action, Admission, admit, admit_end};
use super::notice::{Happened, Recipient};
use super::owner::{self, Act, Decided, Owner, OwnerPost};
use super::step_up::{self, StepUpPost};
use crate::attempts::enrol::Edit;
use crate::attempts::{Caller, Reply};
use crate::clock::Timestamp;
use crate::entropy::make_bytes;
use crate::problem::Problem;
use crate::seal::rows::VerifiedAccount;
use crate::services::Services;
use crate::store::AccountKey;
use crate::store::models::FactorKind;
use crate::webauthn::{
    Asked, Asserted, AssertionResponse, CoseKey, KnownCredential, Listed, Refused, RegistrationResponse, RelyingParty,
    User, check_assertion, check_registration, registration_options,
};

/// The kind of ceremony.
const CEREMONY: &str = "passkey";
/// Most passkeys of an account: devices, security keys and password managers of one person.
const PASSKEYS: usize = 20;

/// What is kept of a passkey, besides the header of every factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passkey {
    /// The version of these contents.
    v: u32,
    /// The relying party that it was made for.
    rp_id: String,
    /// The credential.
    pub listed: Listed,
    /// Its public key: a COSE key, base64url.
    public_key: String,
    /// The user handle, base64url: random, the same for all passkeys of an account.
    user_handle: String,
    /// Its last counter.
    sign_count: u32,
    /// Whether it may exist in several places.
    backup_eligible: bool,
    /// Whether it did when it was last used.
    pub backed_up: bool,
    /// The kind of authenticator, in hexadecimal digits; for its name on a page only.
    aaguid: String,
    /// When it was last used, milliseconds since the epoch.
    pub used_at: Option<u64>,
    /// When its counter fell back, if it did: somebody may have a copy of it.
    pub regressed_at: Option<u64>,
}

impl Contents for Passkey {
    const KIND: FactorKind = FactorKind::Passkey;
}

impl Passkey {
    /// Whether it may still vouch for anybody. One that may exist in several places has no counter to be believed.
    pub fn is_sound(&self) -> bool {
        self.regressed_at.is_none() || self.backup_eligible
    }

    /// What the list of factors shows of it besides the header; `credential` and `rp_id` are for `signalUnknownCredential`.
    pub fn summary(&self) -> Value {
        let time = |ms: Option<u64>| ms.map(|ms| Timestamp::from_millis(ms).to_string());
        json!({
            "credential": self.listed.id, "rp_id": self.rp_id, "aaguid": self.aaguid, "backed_up": self.backed_up,
            "used_at": time(self.used_at), "copied": !self.is_sound(),
        })
    }

    /// Checks that it was used as it was asked to be, and keeps what that tells.
    ///
    /// # Errors
    /// [`Unusable::Refused`]; [`Unusable::Regressed`] when the counter fell back, which is to be kept too.
    pub fn use_for(&mut self, asked: &Asked<'_>, response: &AssertionResponse, now: Timestamp) -> Result<(), Unusable> {
        let bytes = base64url::decode(&self.public_key).map_err(|_| Refused::Malformed)?;
        let (key, _) = CoseKey::read(&bytes)?;
        let known = KnownCredential {
            id: &self.listed.id,
            key: &key,
            user_handle: &self.user_handle,
            sign_count: self.sign_count,
            backup_eligible: self.backup_eligible,
        };
        let Asserted { sign_count, backed_up, regressed } = check_assertion(asked, response, &known)?;
        if regressed {
            self.regressed_at = Some(now.as_millis());
            return Err(Unusable::Regressed);
        }
        (self.sign_count, self.backed_up, self.used_at) = (sign_count, backed_up, Some(now.as_millis()));
        Ok(())
    }
}

/// Why a passkey confirms nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// What came is not an answer to what was asked.
    #[error("{0}")]
    Refused(#[from] Refused),
    /// The counter did not grow: somebody may have a copy (section 6.1.1).
    #[error("the counter did not grow")]
    Regressed,
}

/// The passkeys of an account that may vouch for it now, made for the platform's relying party.
///
/// # Errors
/// As [`Factor::active`].
pub fn usable(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
) -> Result<Vec<(Factor, Passkey)>, Problem> {
    let Some(relying_party) = relying_party(services, key) else { return Ok(Vec::new()) };
    let mut passkeys = Factor::active::<Passkey>(services, key, account)?;
    passkeys.retain(|(_, passkey)| passkey.is_sound() && passkey.rp_id == relying_party.id);
    Ok(passkeys)
}

/// Whom passkeys of an account's platform are made for; none where it has no host.
pub fn relying_party<'a>(services: &'a Services, key: &AccountKey) -> Option<RelyingParty<'a>> {
    let settings = services.platforms.get(&key.platform)?;
    Some(RelyingParty { id: settings.passkey_rp_id.as_deref()?, origins: &settings.origins })
}

/// `POST /v1/factors/passkeys/begin`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginRequest {
    /// Who asks.
    pub owner: OwnerPost,
    /// The name that the owner gives it.
    pub label: String,
    /// A passkey's word for it, where the account has one.
    #[serde(default)]
    pub step_up: Option<StepUpPost>,
}

/// `POST /v1/factors/passkeys/finish`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishRequest {
    /// Whose.
    pub account: AccountId,
    /// The ceremony.
    pub attempt: AttemptId,
    /// The text of the `RegistrationResponseJSON`.
    pub credential: String,
}

impl std::fmt::Debug for FinishRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FinishRequest(…)")
    }
}

/// Between the two steps.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ceremony {
    challenge: String,
    handle: String,
    label: String,
    admission: Admission,
    begun_at: u64,
    tell: Recipient,
}

/// Admits a passkey and gives the options for the browser.
///
/// # Errors
/// As [`owner::act`], [`admit`] and [`step_up::read`]; [`ProblemCode::MethodUnavailable`] for a platform without a host, or an account
/// with twenty passkeys.
pub async fn begin(
    services: &Services,
    caller: &Caller,
    request: &BeginRequest,
    digest: Digest,
) -> Result<Reply, Problem> {
    let post = &request.owner;
    let step_up = step_up::read(services, caller, &post.account, request.step_up.as_ref()).await?;
    let action = Action::AddPasskey { label: request.label.clone() };
    owner::act(services, caller, post, (CEREMONY, digest), |owner| {
        let used = step_up.as_ref().map(|step_up| step_up.check(owner, &action)).transpose()?;
        let admission = admit(owner, &action, used.as_ref().map(|used| &used.stepped_up))?;
        let relying_party = relying_party(services, owner.key).ok_or(ProblemCode::MethodUnavailable)?;
        let existing = passkeys(owner)?;
        if existing.len() >= PASSKEYS {
            return Err(ProblemCode::MethodUnavailable.into());
        }
        let handle: [u8; 32] = match existing.first() {
            Some((_, passkey)) => base64url::decode_array(&passkey.user_handle).map_err(|_| ProblemCode::Internal)?,
            None => make_bytes(services.entropy.as_ref())?,
        };
        let challenge: [u8; 32] = make_bytes(services.entropy.as_ref())?;
        let settings = services.platforms.get(&owner.key.platform).ok_or(ProblemCode::Internal)?;
        let listed: Vec<Listed> = existing.into_iter().map(|(_, passkey)| passkey.listed).collect();
        let person = User { handle: &handle, name: post.login_name.as_str() };
        let options = registration_options((&relying_party, &settings.display_name), &person, &challenge, &listed);
        let ceremony = Ceremony {
            challenge: base64url::encode(&challenge),
            handle: base64url::encode(&handle),
            label: request.label.clone(),
            admission,
            begun_at: owner.now.as_millis(),
            tell: Recipient::of(owner, post)?,
        };
        let changes = used.map(|used| used.into_changes(owner)).transpose()?.unwrap_or_default();
        let ceremony = serde_json::to_value(ceremony).map_err(|_| ProblemCode::Internal)?;
        Ok(Act { body: json!({ "attempt": owner.attempt, "options": options }), changes, ceremony: Some(ceremony) })
    })
    .await
}

/// Keeps the passkey that was made.
///
/// # Errors
/// As [`owner::finish`]; [`ProblemCode::BodyInvalid`]; [`ProblemCode::PasskeyRefused`].
pub async fn finish(services: &Services, caller: &Caller, request: &FinishRequest) -> Result<Reply, Problem> {
    let response: RegistrationResponse = parse_credential(&request.credential)?;
    owner::finish(services, caller, (&request.account, request.attempt), CEREMONY, |owner, state| {
        let begun: Ceremony = serde_json::from_value(state.clone()).map_err(|_| ProblemCode::Internal)?;
        if is_late(begun.begun_at, owner.now) {
            return Err(ProblemCode::AttemptExpired.into());
        }
        let relying_party = relying_party(services, owner.key).ok_or(ProblemCode::MethodUnavailable)?;
        let challenge = base64url::decode(&begun.challenge).map_err(|_| ProblemCode::Internal)?;
        let asked = Asked { relying_party, challenge: &challenge, origin: None };
        let registered = check_registration(&asked, &response).map_err(refused)?;
        // a browser was told not to make one twice; somebody may have told it otherwise
        let ids: BTreeSet<String> = passkeys(owner)?.into_iter().map(|(_, passkey)| passkey.listed.id).collect();
        if ids.len() >= PASSKEYS || ids.contains(&registered.listed.id) {
            return Err(refused(Refused::Credential).into());
        }
        let passkey = Passkey {
            v: 1,
            rp_id: relying_party.id.to_owned(),
            listed: registered.listed,
            public_key: base64url::encode(&registered.key),
            user_handle: begun.handle,
            sign_count: registered.sign_count,
            backup_eligible: registered.backup_eligible,
            backed_up: registered.backed_up,
            aaguid: hex(registered.aaguid),
            used_at: None,
            regressed_at: None,
        };
        let active_from = admit_end(owner, begun.admission)?.counts_from(owner)?;
        let header = Header::new(&begun.label, owner.now, active_from).begun_by(owner);
        let factor = Factor::make(services, header, &passkey)?;
        let mut edit = Edit::of(services, owner.key, owner.account);
        edit.put_factor(factor.seal(services, owner.key)?);
        let body = json!({ "factor": factor.id, "active_from": active_from.to_string() });
        let act = Act { body, changes: edit.into_changes(), ceremony: None };
        let happened = Happened::Added { kind: Passkey::KIND, counts_from: active_from };
        Ok(Decided { act, notice: Some(begun.tell.that(happened, owner.now)) })
    })
    .await
}

/// Every passkey of an account whose time is not over, also those that wait.
fn passkeys(owner: &Owner<'_>) -> Result<Vec<(Factor, Passkey)>, Problem> {
    let factors = Factor::all(owner.services, owner.key, owner.account)?;
    let passkeys = factors.into_iter().filter(|factor| factor.kind == FactorKind::Passkey);
    let lasting = passkeys.filter(|factor| factor.header.leaves_at.is_none_or(|ms| ms > owner.now.as_millis()));
    lasting.map(|factor| factor.read().map(|passkey| (factor, passkey))).collect()
}

/// Whether a challenge made then is too old to be answered.
pub fn is_late(made_at: u64, now: Timestamp) -> bool {
    Timestamp::from_millis(made_at).plus_seconds(limits::PASSKEY_LIFE_S) <= now
}

/// What a page sent as `credential`.
///
/// # Errors
/// [`ProblemCode::BodyInvalid`].
pub fn parse_credential<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let invalid = || Problem::new(ProblemCode::BodyInvalid).detail("credential: not what a browser answers");
    serde_json::from_str(text).map_err(|_| invalid())
}

/// A browser is not told what was amiss; the log is.
pub fn refused(why: impl std::fmt::Display) -> Problem {
    tracing::info!(passkey.refused = %why, "a passkey was refused");
    ProblemCode::PasskeyRefused.into()
}

/// A copy of a passkey may be in use: for whoever watches the log.
pub fn alarm_regressed(key: &AccountKey) {
    tracing::warn!(
        alarm = "passkey-counter-regressed",
        attempt.platform = %key.platform,
        "the counter of a passkey did not grow: somebody may have a copy of it"
    );
}

fn hex(bytes: [u8; 16]) -> String {
    bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        // writing to a string cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}
