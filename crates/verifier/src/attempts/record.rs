//! What is kept of an attempt, inside its sealed row: a reader of the database learns nothing, a writer is noticed.

use login_guard_protocol::challenge::work::Work;
use login_guard_protocol::evidence::ProbeAnswer;
use login_guard_protocol::{
    AccountId, AttemptId, DeviceId, Digest, KeyId, NameDigest, Platform, ProbeSeed, TokenId, limits,
};
use serde::{Deserialize, Serialize};

use super::asker::Asker;
use super::ceremony::Ceremony;
pub use super::confirmed_by::ConfirmedBy;
use super::handover::Handover;
use super::messages::AssessRequest;
use super::messages::ProbeRequest;
use super::offers::{Method, Offer};
use super::probes::{self, Seeds};
use super::reply::Reply;
use crate::clock::Timestamp;
use crate::confirm::external::Passed;
use crate::confirm::user_agent_label;
use crate::problem::Problem;
use crate::seal;
use crate::services::Services;
use crate::store::{AccountKey, AttemptRow, StoreError};
use login_guard_protocol::problem::ProblemCode;

/// Everything about an attempt whose nonce is spent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptRecord {
    /// Digest of the request that spent the nonce: the same bytes again get the same reply.
    pub request: Digest,
    /// The reply.
    pub reply: Reply,
    /// What must be confirmed, if something must.
    pub challenge: Option<ChallengeRecord>,
    /// The cookies of the newest answer, for a browser that asks for them itself.
    #[serde(default)]
    pub handover: Option<Handover>,
    /// What the second step of the owner's ceremony needs, until it was made.
    #[serde(default)]
    pub ceremony: Option<Ceremony>,
}

/// A challenge and how far it has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRecord {
    /// When it was made, milliseconds since the epoch.
    pub made_at: u64,
    /// Signed by every confirmation proof.
    pub nonce: String,
    /// Digest of the typed login name.
    pub name: NameDigest,
    /// The key that the login proof named; none for a browser that cannot keep one.
    pub key: Option<KeyId>,
    /// Digest of the cookie generation that went along with the challenge.
    pub cookie_digest: [u8; 32],
    /// Whether that generation was made for this attempt: nobody has had it before.
    #[serde(default)]
    pub cookie_made: bool,
    /// The device that the browser's cookie belongs to, if it was known.
    #[serde(default)]
    pub device: Option<DeviceId>,
    /// Whether the browser's cookie was known: it has a lane of its own.
    pub cookie_known: bool,
    /// The origin that the login came from; its confirmation comes from nowhere else.
    pub origin: String,
    /// The restore epoch: a challenge from before a restore is dead.
    pub epoch: u32,
    /// Keys that confirm unseen.
    pub keys: Vec<KeyId>,
    /// The evidence document, to be enrolled.
    pub evidence: String,
    /// What the attempt asked the canvas probe for.
    pub seeds: Seeds,
    /// What was drawn of it, to be enrolled.
    pub drawn: Vec<ProbeAnswer>,
    /// What the canvas probe asks the browser for that confirms unseen.
    pub probe: Option<Seeds>,
    /// What that browser drew.
    pub proved: Option<Proved>,
    /// What the exchange has checked.
    pub amr: Vec<String>,
    /// For support.
    pub reference: login_guard_protocol::ReferenceCode,
    /// The work that a code costs.
    pub work: Work,
    /// The ways to confirm, strongest first.
    pub offers: Vec<Offer>,
    /// The exchange's own factor that was passed for it.
    #[serde(default)]
    pub external: Option<Passed>,
    /// How to reach the account holder.
    pub mail: Option<MailRecord>,
    /// The client's network, as budgets count it.
    pub network: String,
    /// Wrong codes so far, by whichever method.
    pub tries: u32,
    /// Who asks, as the owner is shown it.
    pub asker: Asker,
    /// Where it stands.
    pub progress: Progress,
}

impl ChallengeRecord {
    /// Refuses a way to confirm that is not offered.
    ///
    /// # Errors
    /// [`ProblemCode::MethodUnavailable`].
    pub fn check_offers(&self, method: Method) -> Result<(), ProblemCode> {
        let is_offered = self.offers.iter().any(|offer| offer.method == method);
        if is_offered { Ok(()) } else { Err(ProblemCode::MethodUnavailable) }
    }

    /// Wrong codes that it may still be given.
    pub const fn tries_left(&self) -> u32 {
        limits::MAIL_CODE_TRIES.saturating_sub(self.tries)
    }

    /// Counts a wrong code, by whichever method: the fifth ends the attempt.
    pub fn count_wrong(&mut self) -> Problem {
        self.tries = self.tries.saturating_add(1);
        if self.tries_left() > 0 {
            return Problem::new(ProblemCode::CodeWrong).member("tries_left", self.tries_left());
        }
        self.progress = Progress::Exhausted;
        ProblemCode::TriesExhausted.into()
    }

    /// What the page is to draw while the person confirms: what the login had not drawn, if there is a key to digest it with.
    pub fn undrawn(&self) -> Option<ProbeRequest> {
        let is_drawn = |seed: &ProbeSeed| probes::find(*seed, &self.drawn).is_some();
        let all_drawn = self.seeds.iter().all(is_drawn);
        self.key.filter(|_| !all_drawn).map(|_| ProbeRequest::of(self.seeds))
    }
}

/// What a browser drew that confirms unseen, in answer to [`ChallengeRecord::probe`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proved {
    /// The answers.
    pub drawn: Vec<ProbeAnswer>,
    /// Whether its facts showed a newer version of the browser that was enrolled.
    pub upgraded: bool,
}

/// What a mail needs, and the codes that were sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MailRecord {
    /// The address.
    pub to: String,
    /// The language.
    pub locale: String,
    /// The owner's phrase.
    pub phrase: Option<String>,
    /// From where, as the mail says it.
    pub address: String,
    /// On which browser, as the mail says it.
    pub browser: String,
    /// Codes so far, oldest first.
    pub codes: Vec<CodeRecord>,
}

impl MailRecord {
    /// What a login says of it; none for an account without an address.
    pub fn of(request: &AssessRequest) -> Option<Self> {
        Some(Self {
            to: request.contacts.mail.clone()?,
            locale: request.locale.clone().unwrap_or_else(|| "en".into()),
            phrase: request.anti_phishing_phrase.clone(),
            address: request.client.address.to_canonical().to_string(),
            browser: user_agent_label(request.client.user_agent.as_deref()),
            codes: Vec::new(),
        })
    }
}

/// A code that was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeRecord {
    /// HMAC under the pepper.
    pub mac: [u8; 32],
    /// When, milliseconds since the epoch.
    pub sent_at: u64,
}

/// Where a challenge stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// Waiting for an answer.
    Open,
    /// Answered; a token is out.
    Confirmed {
        /// The token.
        token: TokenId,
        /// By which method.
        by: ConfirmedBy,
    },
    /// Too many wrong answers.
    Exhausted,
    /// The token was redeemed.
    Redeemed,
}

/// An attempt read back: its row's key, and the record.
#[derive(Clone, Debug)]
pub struct StoredAttempt {
    /// The account, if the login name belongs to one.
    pub account: Option<AccountId>,
    /// The attempt.
    pub attempt: AttemptId,
    /// The revision that was read.
    pub revision: u64,
    /// The contents.
    pub record: AttemptRecord,
}

impl StoredAttempt {
    /// Reads an attempt.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Inconsistent`] when the row does not open, which is alarmed.
    pub async fn read(
        services: &Services,
        platform: &Platform,
        attempt: AttemptId,
    ) -> Result<Option<Self>, StoreError> {
        let Some(row) = services.store.attempt(platform, attempt).await? else { return Ok(None) };
        let inconsistent = StoreError::Inconsistent { table: "attempts", column: "sealed" };
        let Ok(plaintext) = seal::attempts::open_attempt(&services.keys, platform, &(&row).into(), &row.sealed) else {
            return Err(inconsistent);
        };
        let record = serde_json::from_slice(&plaintext).map_err(|_| inconsistent)?;
        Ok(Some(Self { account: row.account, attempt, revision: row.revision, record }))
    }

    /// The stored reply, to the same request again.
    ///
    /// # Errors
    /// [`ProblemCode::NonceSpent`] for any other request; [`StoreError`] as in [`Self::read`].
    pub async fn repeat(
        services: &Services,
        platform: &Platform,
        attempt: AttemptId,
        request: Digest,
    ) -> Result<Reply, Problem> {
        match Self::read(services, platform, attempt).await? {
            Some(stored) if stored.record.request == request => Ok(stored.record.reply),
            _ => Err(ProblemCode::NonceSpent.into()),
        }
    }

    /// The row with the next revision, sealed, to be committed.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] without randomness.
    pub fn to_row(&self, services: &Services, platform: &Platform) -> Result<AttemptRow, Problem> {
        let plaintext = serde_json::to_vec(&self.record).map_err(|_| ProblemCode::Internal)?;
        let mut row = AttemptRow {
            account: self.account.clone(),
            attempt: self.attempt,
            revision: self.revision + 1,
            sealed: Vec::new(),
            expires_at: self.expires_at(services),
        };
        let entropy = services.entropy.as_ref();
        row.sealed = seal::attempts::seal_attempt(&services.keys, entropy, platform, &(&row).into(), &plaintext)
            .map_err(|_| ProblemCode::Internal)?;
        Ok(row)
    }

    /// The account's key; none where the login name belongs to nobody.
    pub fn account_key(&self, platform: &Platform) -> Option<AccountKey> {
        self.account.clone().map(|account| AccountKey { platform: platform.clone(), account })
    }

    /// A row outlives nonce, challenge and token, so that nothing is spent twice.
    fn expires_at(&self, services: &Services) -> Timestamp {
        let made = self.record.challenge.as_ref().map_or_else(|| services.clock.now(), ChallengeRecord::made);
        made.plus_seconds(limits::CHALLENGE_LIFE_S + limits::NONCE_LIFE_S + limits::TOKEN_LIFE_S)
    }
}

impl ChallengeRecord {
    /// When it was made.
    pub const fn made(&self) -> Timestamp {
        Timestamp::from_millis(self.made_at)
    }

    /// Whether it has expired: ten minutes.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.made().plus_seconds(limits::CHALLENGE_LIFE_S) <= now
    }
}
