//! Pinned contacts: the first address that the back end tells for an account is sealed, and codes and notices go there. Another one
//! waits, and the old one is told, so that whoever changes the address at the exchange does not read the codes that day.

use login_guard_protocol::problem::ProblemCode;
use serde::{Deserialize, Serialize};

use super::factor::{Contents, Factor, Header, State};
use super::notice::{self, Happened, Recipient};
use crate::attempts::enrol::Edit;
use crate::attempts::record::MailRecord;
use crate::clock::Timestamp;
use crate::problem::Problem;
use crate::seal::budget::budget_name;
use crate::seal::rows::{VerifiedAccount, verify};
use crate::services::Services;
use crate::store::models::FactorKind;
use crate::store::{AccountKey, Budget, Change, Commit, CommitError, Refusal};

/// How often a back end's news of contacts are written again when somebody else changed the account meanwhile.
const ROUNDS: u32 = 16;
/// Other addresses that are taken down for one account in a day of UTC: each is a mail to the old one.
const CHANGES_A_DAY: u32 = 5;
const DAY_S: u64 = 86_400;

/// What is kept of a contact.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The address, as it was told.
    pub address: String,
    /// Whether the owner cancelled it: it stays so for as long as the back end goes on telling it.
    pub refused: bool,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

impl Contents for Contact {
    const KIND: FactorKind = FactorKind::Contact;
}

impl Contact {
    fn is(&self, told: &str) -> bool {
        canonical(&self.address) == canonical(told)
    }
}

/// Whether two spellings reach one mailbox: domains know no case (RFC 5321 section 2.4); what mailboxes make of theirs is not known,
/// but no provider gives two people names that differ in case only.
fn canonical(address: &str) -> String {
    address.trim().to_lowercase()
}

/// What a back end's word on a contact changes: to be committed, before anything else of the account.
pub struct Noted(Vec<Change>);

/// A contact that waits, as a back end is told of it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Pending {
    /// Always `mail`.
    pub channel: &'static str,
    /// From when on it counts.
    #[serde(serialize_with = "rfc3339")]
    pub active_from: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn rfc3339<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

/// The pinned address; none before one was told. Where the account's row does not answer for it, it is still the one that opens.
///
/// # Errors
/// As [`Factor::all`].
pub fn pinned(services: &Services, key: &AccountKey, account: &VerifiedAccount) -> Result<Option<String>, Problem> {
    let active = match Factor::active::<Contact>(services, key, account)? {
        none if none.is_empty() => Factor::active_unanswered::<Contact>(services, key, account),
        active => active,
    };
    Ok(active.into_iter().find(|(_, contact)| !contact.refused).map(|(_, contact)| contact.address))
}

/// Where a code goes: to the pinned address, whatever the back end tells now. Nowhere where it tells none, nor where the pinned one may
/// have been lost with rows that were changed.
///
/// # Errors
/// As [`pinned`].
pub fn reach(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    told: Option<MailRecord>,
) -> Result<Option<MailRecord>, Problem> {
    let Some(told) = told else { return Ok(None) };
    Ok(Some(match pinned(services, key, account)? {
        Some(to) => MailRecord { to, ..told },
        None if account.is_tampered() => return Ok(None),
        None => told,
    }))
}

/// The contact that waits, if one does.
///
/// # Errors
/// As [`Factor::all`].
pub fn pending(services: &Services, key: &AccountKey, account: &VerifiedAccount) -> Result<Option<Pending>, Problem> {
    let now = services.clock.now();
    let waits = |factor: &Factor| factor.header.state(now) == State::Waiting;
    let contacts = all(services, key, account)?;
    let waiting = contacts.into_iter().find(|(factor, contact)| waits(factor) && !contact.refused);
    let active_from = |factor: Factor| Timestamp::from_millis(factor.header.active_from);
    Ok(waiting.map(|(factor, _)| Pending { channel: "mail", active_from: active_from(factor) }))
}

/// What the back end's word changes; none where it says what is known. Rows that do not verify are left as they are.
///
/// # Errors
/// As [`Factor::all`].
pub fn note(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    told: &Recipient,
) -> Result<Option<Noted>, Problem> {
    let Some(address) = told.to.as_deref().filter(|_| !account.is_tampered()) else { return Ok(None) };
    let now = services.clock.now();
    let settings = services.platforms.get(&key.platform).ok_or(ProblemCode::Internal)?;
    let contacts = all(services, key, account)?;
    let is_pinned = |(factor, contact): &&(Factor, Contact)| factor.header.is_active(now) && !contact.refused;
    let mut edit = Edit::of(services, key, account);
    let put = |edit: &mut Edit<'_>, active_from: Timestamp| -> Result<Factor, Problem> {
        let contact = Contact { address: address.to_owned(), refused: false };
        let factor = Factor::make(services, Header::new("", now, active_from), &contact)?;
        edit.put_factor(factor.seal(services, key)?);
        Ok(factor)
    };
    let Some((pinned, contact)) = contacts.iter().find(is_pinned) else {
        put(&mut edit, now)?;
        return Ok(Some(Noted(edit.into_changes())));
    };
    let others = || contacts.iter().filter(|(factor, _)| factor.id != pinned.id);
    let is_settled = others().next().is_none() && pinned.header.leaves_at.is_none();
    let is_told = contact.is(address);
    if (is_told && is_settled) || others().any(|(_, other)| !is_told && other.is(address)) {
        return Ok(None);
    }
    others().for_each(|(factor, _)| edit.delete_factor(factor.id));
    let mut old = pinned.clone();
    if is_told {
        // changed back: what waited or was refused is no news any more
        (old.header.leaves_at, old.header.replaced_by) = (None, None);
        edit.put_factor(old.seal(services, key)?);
        return Ok(Some(Noted(edit.into_changes())));
    }
    let active_from = now.plus_seconds(settings.factor_wait_s);
    let new = put(&mut edit, active_from)?;
    (old.header.leaves_at, old.header.replaced_by) = (Some(active_from.as_millis()), Some(new.id));
    if old.header.state(now) == State::Gone {
        edit.delete_factor(old.id);
    } else {
        edit.put_factor(old.seal(services, key)?);
    }
    let recipient = told.clone().instead(contact.address.clone());
    let notice = recipient.that(Happened::Added { kind: FactorKind::Contact, counts_from: active_from }, now);
    let mut changes = edit.into_changes();
    changes.push(Change::ChargeBudget(budget(services, key, now)));
    changes.extend(notice::post(services, key, Some(&notice))?);
    Ok(Some(Noted(changes)))
}

/// Commits what the back end's word changes. True when the account is to be read again.
///
/// # Errors
/// [`ProblemCode::StoreUnavailable`] and [`ProblemCode::Internal`].
pub async fn commit(services: &Services, key: &AccountKey, noted: Noted) -> Result<bool, Problem> {
    match services.store.commit(Commit { scope: key.clone().into(), changes: noted.0 }).await {
        Ok(()) => {
            services.bell.ring();
            Ok(true)
        }
        Err(CommitError::Refused(Refusal::Stale)) => Ok(true),
        // told another one too often today: what is pinned stays
        Err(CommitError::Refused(Refusal::Exhausted)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Takes down what a back end tells.
///
/// # Errors
/// As [`note`] and [`commit`].
pub async fn tell(services: &Services, key: &AccountKey, told: &Recipient) -> Result<(), Problem> {
    for _ in 0..ROUNDS {
        let account = verify(&services.keys, key, services.store.account(key).await?);
        let Some(noted) = note(services, key, &account, told)? else { return Ok(()) };
        if !commit(services, key, noted).await? {
            return Ok(());
        }
    }
    Err(ProblemCode::StoreUnavailable.into())
}

/// Every contact that is not gone.
fn all(services: &Services, key: &AccountKey, account: &VerifiedAccount) -> Result<Vec<(Factor, Contact)>, Problem> {
    let now = services.clock.now();
    let factors = Factor::all(services, key, account)?.into_iter();
    let kept = factors.filter(|factor| factor.kind == FactorKind::Contact && factor.header.state(now) != State::Gone);
    kept.map(|factor| factor.read().map(|contact| (factor, contact))).collect()
}

fn budget(services: &Services, key: &AccountKey, now: Timestamp) -> Budget {
    let window = Timestamp::from_millis((now.as_seconds() - now.as_seconds() % DAY_S) * 1000);
    Budget {
        name: budget_name(&services.keys, &[b"contact-changes", key.account.as_str().as_bytes()]),
        window,
        limit: CHANGES_A_DAY,
        expires_at: window.plus_seconds(2 * DAY_S),
    }
}
