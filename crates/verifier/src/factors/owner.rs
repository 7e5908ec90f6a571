//! The owner at a known device: what every change of factors begins and ends with.

#[cfg(test)]
mod tests;

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AccountId, AttemptId, Digest, LoginName, Purpose};
use serde::Deserialize;
use serde_json::Value;

use super::allowance::{self, Allowance};
use super::contacts;
use super::notice::{self, Notice, Recipient};
use crate::attempts::ceremony::Ceremony;
use crate::attempts::judge::{Judged, Presented, judge};
use crate::attempts::probes::Probes;
use crate::attempts::record::{AttemptRecord, StoredAttempt};
use crate::attempts::submission::check_owner;
use crate::attempts::{Caller, Client, Contacts, Reply};
use crate::clock::Timestamp;
use crate::entropy::EntropyError;
use crate::matching::Trace;
use crate::problem::Problem;
use crate::rules::{Copies, Head, Known, Recognised, Rows, SinceRestore};
use crate::seal::rows::{VerifiedAccount, VerifiedDevice, verify};
use crate::services::Services;
use crate::store::models::Standing;
use crate::store::{AccountKey, ApprovalRow, Change, Commit, CommitError, Refusal};

/// How often an act is decided again when somebody else changed the account meanwhile.
const ROUNDS: u32 = 16;

/// What the page of a session shows, in every request of its owner: the member `owner`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerPost {
    /// The account that is logged in at the exchange.
    pub account: AccountId,
    /// The name that the proof was made under.
    pub login_name: LoginName,
    /// The field `login-guard-proof`, of purpose `session`.
    pub proof: String,
    /// The value of `__Host-lg-device`.
    pub device_cookie: Option<String>,
    /// Where from.
    pub client: Client,
    /// How to reach the account holder, for notices.
    #[serde(default)]
    pub contacts: Contacts,
    /// Language of mails: a BCP 47 tag.
    #[serde(default)]
    pub locale: Option<String>,
    /// The owner's anti-phishing phrase, shown in every mail.
    #[serde(default)]
    pub anti_phishing_phrase: Option<String>,
}

impl std::fmt::Debug for OwnerPost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnerPost(…)")
    }
}

/// An owner whose device was proved just now, or who began a ceremony with it.
pub struct Owner<'a> {
    /// The service.
    pub services: &'a Services,
    /// Whose account.
    pub key: &'a AccountKey,
    /// The account; nothing in it was tampered with.
    pub account: &'a VerifiedAccount,
    /// The device; known, and not suspended.
    pub device: &'a VerifiedDevice,
    /// The attempt that proved it; it names a ceremony.
    pub attempt: AttemptId,
    /// When.
    pub now: Timestamp,
    /// The account's requests for approval, read with it; none in a second step.
    pub approvals: &'a [ApprovalRow],
}

/// What an owner's request is, and what its proof must be.
pub struct Asked<'a> {
    /// Names the act in the log, and the ceremony that it begins.
    pub kind: &'a str,
    /// Over API key, endpoint and raw body: the same bytes again get the stored reply.
    pub request: Digest,
    /// The purpose of nonce and proof.
    pub purpose: Purpose,
    /// What the proof says of the act itself.
    pub act: Option<Digest>,
    /// What it is charged to.
    pub allowance: Allowance,
}

impl<'a> Asked<'a> {
    /// By a page of a session, whose proof says who asks and nothing of what.
    pub const fn session(kind: &'a str, request: Digest) -> Self {
        Self { kind, request, purpose: Purpose::Session, act: None, allowance: Allowance::Changes }
    }

    /// The same, charged to another allowance.
    #[must_use]
    pub const fn charged_to(self, allowance: Allowance) -> Self {
        Self { allowance, ..self }
    }
}

/// What an owner's request leads to.
pub struct Act {
    /// The 200's body.
    pub body: Value,
    /// What is committed with it; made by [`crate::attempts::enrol::Edit`].
    pub changes: Vec<Change>,
    /// What the second step needs, if there is one.
    pub ceremony: Option<Value>,
}

/// An act, and what the owner is told of it by mail once it is committed.
pub struct Decided {
    /// The act.
    pub act: Act,
    /// The mail, where there is anything to tell and anybody to tell it to.
    pub notice: Option<Notice>,
}

impl From<Act> for Decided {
    fn from(act: Act) -> Self {
        Self { act, notice: None }
    }
}

/// A refusal, and what it leaves behind.
#[derive(Debug)]
pub struct Refused {
    /// What the caller is told.
    pub problem: Problem,
    /// What is committed all the same, before anybody is told.
    pub changes: Vec<Change>,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self { problem, changes: Vec::new() }
    }
}

impl From<ProblemCode> for Refused {
    fn from(code: ProblemCode) -> Self {
        Problem::new(code).into()
    }
}

impl From<EntropyError> for Refused {
    fn from(error: EntropyError) -> Self {
        Problem::from(error).into()
    }
}

/// Proves the owner's device, decides, and commits: spends the nonce, charges the device's hour.
///
/// `digest` is over API key, endpoint and raw body: the same bytes again get the stored reply. `kind` names the ceremony, for
/// acts that begin one. What `decide` refuses spends nothing but what the refusal itself changes.
///
/// # Errors
/// As [`check_owner`]; whatever `decide` refuses; [`ProblemCode::NonceSpent`] for another request with a spent nonce;
/// [`ProblemCode::ChangesExhausted`]; [`ProblemCode::StoreUnavailable`] and [`ProblemCode::Internal`].
pub async fn act<D: Into<Decided>>(
    services: &Services,
    caller: &Caller,
    post: &OwnerPost,
    (kind, digest): (&str, Digest),
    decide: impl Fn(&Owner<'_>) -> Result<D, Refused> + Send,
) -> Result<Reply, Problem> {
    act_for(services, caller, post, Asked::session(kind, digest), decide).await
}

/// The same, for a proof that says more.
///
/// # Errors
/// As [`act`].
pub async fn act_for<D: Into<Decided>>(
    services: &Services,
    caller: &Caller,
    post: &OwnerPost,
    Asked { kind, request: digest, purpose, act, allowance }: Asked<'_>,
    decide: impl Fn(&Owner<'_>) -> Result<D, Refused> + Send,
) -> Result<Reply, Problem> {
    let proof = (purpose, act);
    let submission = check_owner(services, &caller.platform, proof, &post.login_name, &post.proof)?;
    let key = AccountKey { platform: caller.platform.clone(), account: post.account.clone() };
    let attempt = submission.nonce.attempt;
    contacts::tell(services, &key, &Recipient::told(post)).await?;
    for _ in 0..ROUNDS {
        let account = verify(&services.keys, &key, services.store.account(&key).await?);
        let approvals = services.store.approvals(&key).await?;
        let presented = Presented::of(post.device_cookie.as_deref(), Some(post.client.address));
        let judged = judge(services, &key, &account, &submission, presented);
        let now = services.clock.now();
        let device = known_device(&judged);
        let (reply, changes, ceremony, notice) = match device {
            Some(device) => {
                let owner =
                    Owner { services, key: &key, account: &account, device, attempt, now, approvals: &approvals };
                let Decided { act, notice } = match decide(&owner) {
                    Ok(decided) => decided.into(),
                    Err(Refused { problem, changes }) => {
                        if keep(services, &key, changes).await? {
                            return Err(problem);
                        }
                        continue;
                    }
                };
                let begun =
                    |state| Ceremony { kind: kind.to_owned(), device: device.device, state, begun_at: now.as_millis() };
                (Reply { status: 200, body: act.body.to_string() }, act.changes, act.ceremony.map(begun), notice)
            }
            None => (Reply::device_unknown(), Vec::new(), None, None),
        };
        tracing::info!(attempt.platform = %key.platform, factor.act = kind, attempt.status = reply.status, "asked by the owner");
        let record = AttemptRecord { request: digest, reply: reply.clone(), challenge: None, handover: None, ceremony };
        let stored = StoredAttempt { account: Some(key.account.clone()), attempt, revision: 0, record };
        let mut all = vec![Change::SpendNonce(stored.to_row(services, &key.platform)?)];
        all.push(match device {
            Some(device) => allowance.charge(services, &key, device.device, now),
            // whoever has a session and nothing else spends nothing of the owner's
            None => allowance::charge_unknown(services, &key, post.client.address, now),
        });
        all.extend(changes);
        all.extend(notice::post(services, &key, notice.as_ref())?);
        match services.store.commit(Commit { scope: key.clone().into(), changes: all }).await {
            Ok(()) => {
                services.bell.ring();
                return Ok(reply);
            }
            Err(CommitError::Refused(Refusal::Stale)) => {}
            Err(CommitError::Refused(Refusal::Spent)) => {
                return StoredAttempt::repeat(services, &key.platform, attempt, digest).await;
            }
            Err(CommitError::Refused(Refusal::Exhausted)) => return Err(allowance::exhausted(now)),
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// Whether a request comes from a device that may act, before anything is spent: for acts that cost something by themselves.
///
/// # Errors
/// As [`check_owner`]; [`ProblemCode::StoreUnavailable`].
pub async fn is_known(services: &Services, caller: &Caller, post: &OwnerPost) -> Result<bool, Problem> {
    let proof = (Purpose::Session, None);
    let submission = check_owner(services, &caller.platform, proof, &post.login_name, &post.proof)?;
    let key = AccountKey { platform: caller.platform.clone(), account: post.account.clone() };
    let account = verify(&services.keys, &key, services.store.account(&key).await?);
    let presented = Presented::of(post.device_cookie.as_deref(), Some(post.client.address));
    Ok(known_device(&judge(services, &key, &account, &submission, presented)).is_some())
}

/// The second step of a ceremony: uses its state once, and commits what was decided.
///
/// # Errors
/// [`ProblemCode::AttemptUnknown`] for an attempt of another account, or without a ceremony of this kind;
/// [`ProblemCode::AttemptExpired`]; [`ProblemCode::DeviceUnknown`] when the device is no more; whatever `decide` refuses, which leaves the
/// ceremony as it was; [`ProblemCode::StoreUnavailable`] and [`ProblemCode::Internal`].
pub async fn finish<D: Into<Decided>>(
    services: &Services,
    caller: &Caller,
    (account, attempt): (&AccountId, AttemptId),
    kind: &str,
    decide: impl Fn(&Owner<'_>, &Value) -> Result<D, Refused> + Send,
) -> Result<Reply, Problem> {
    let key = AccountKey { platform: caller.platform.clone(), account: account.clone() };
    for _ in 0..ROUNDS {
        let unknown = || Problem::new(ProblemCode::AttemptUnknown);
        let mut stored = StoredAttempt::read(services, &key.platform, attempt).await?.ok_or_else(unknown)?;
        let is_ours = stored.account.as_ref() == Some(account);
        let ceremony = stored.record.ceremony.take().filter(|ceremony| is_ours && ceremony.kind == kind);
        let ceremony = ceremony.ok_or_else(unknown)?;
        let now = services.clock.now();
        if ceremony.is_expired(now) {
            return Err(ProblemCode::AttemptExpired.into());
        }
        let account = verify(&services.keys, &key, services.store.account(&key).await?);
        let device = account.devices.iter().find(|row| row.device == ceremony.device);
        let device = device
            .filter(|row| !account.is_tampered() && row.standing != Standing::Suspended && !Probes::is_failed(row));
        let device = device.ok_or(ProblemCode::DeviceUnknown)?;
        let owner = Owner { services, key: &key, account: &account, device, attempt, now, approvals: &[] };
        let Decided { act, notice } = match decide(&owner, &ceremony.state) {
            Ok(decided) => decided.into(),
            Err(Refused { problem, changes }) => {
                if keep(services, &key, changes).await? {
                    return Err(problem);
                }
                continue;
            }
        };
        let reply = Reply { status: 200, body: act.body.to_string() };
        let mut all = vec![Change::UpdateAttempt(stored.to_row(services, &key.platform)?)];
        all.extend(act.changes);
        all.extend(notice::post(services, &key, notice.as_ref())?);
        match services.store.commit(Commit { scope: key.clone().into(), changes: all }).await {
            Ok(()) => {
                services.bell.ring();
                return Ok(reply);
            }
            Err(CommitError::Refused(Refusal::Stale)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// Commits what a refusal leaves behind. False when it is to be decided again, since something changed meanwhile.
async fn keep(services: &Services, key: &AccountKey, changes: Vec<Change>) -> Result<bool, Problem> {
    if changes.is_empty() {
        return Ok(true);
    }
    match services.store.commit(Commit { scope: key.clone().into(), changes }).await {
        Ok(()) => Ok(true),
        Err(CommitError::Refused(Refusal::Stale)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The device whose key signed and whose cookie came along, if a login with it would not be asked for anything.
fn known_device<'a>(judged: &Judged<'a>) -> Option<&'a VerifiedDevice> {
    let seen = &judged.circumstances;
    let is_known = matches!(seen.device, Recognised::Device(Known { since_restore: SinceRestore::Seen, .. }));
    let is_single = seen.copies == Copies::None;
    let is_intact = seen.rows == Rows::Intact && seen.head == Head::Current;
    let is_driven = !matches!(seen.traces.automation, Trace::AsEnrolled | Trace::None);
    let differs = seen.comparison.as_ref().is_none_or(crate::matching::Comparison::differs_mostly);
    let is_whole = is_known && is_single && is_intact && seen.cookie_kept;
    let is_fit = |row: &VerifiedDevice| row.standing != Standing::Suspended && !Probes::is_failed(row);
    judged.by_key.filter(|row| is_whole && !is_driven && !differs && is_fit(row))
}
