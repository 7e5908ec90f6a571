//! Work: who has to do how much, and whether it was done. A brake, not a wall: it makes a thousand attempts cost what a
//! thousand attempts should, and no honest person notices it.
//!
//! May import: `seal`, `store` models, `clock`, `entropy`, `problem`, the protocol crate. Must not know HTTP, SQL, rules or verdicts.
//!
//! | File | Holds |
//! |---|---|
//! | `difficulty.rs` | the rule: how much for whom; pure |
//! | `rates.rs` | how often somebody came lately, in bounded memory |
//! | `answers.rs` | which answers were taken or refused, in bounded memory |
//! | `lanes.rs` | how many answers are checked at once |
//! | `check.rs` | one answer against its work |
//!
//! What is remembered here is of this process alone and may be forgotten: it makes guessing dearer, nothing rests on it. Two
//! replicas that know nothing of each other, or a memory that was full, let an attacker try an attempt's answer
//! again; because the puzzle that is checked stays the same, that saves half of the work and never more.
//!
//! To add a kind: a variant of the protocol's `Kind`, an arm in `check.rs`, an amount in `difficulty.rs`, a row in docs/protocol.md.

mod answers;
mod check;
pub mod difficulty;
mod lanes;
mod rates;

#[cfg(test)]
mod tests;

#[cfg(any(test, feature = "danger-test-doubles"))]
pub(crate) use check::result;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use login_guard_protocol::challenge::work::{Answer, Kind, Salt, Work};
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::{AttemptId, KeyId, Platform};

use self::answers::{Answers, Remembered};
use self::difficulty::{Effort, Pressure};
use self::lanes::Lanes;
use self::rates::{Counted, Rates};
use crate::clock::Timestamp;
use crate::entropy::{Entropy, make_bytes};
use crate::problem::Problem;
use crate::seal::Keys;
use crate::store::AccountKey;

/// What one platform asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkSettings {
    /// The kind of work before a log-in. A browser that cannot do it, and a mail, get PBKDF2.
    pub kind: Kind,
    /// Attempts of unknown devices a minute that are everyday for one network.
    pub network_per_minute: u32,
    /// Attempts of unknown devices a minute that are everyday for the whole platform.
    pub total_per_minute: u32,
}

impl Default for WorkSettings {
    fn default() -> Self {
        Self { kind: Kind::Pbkdf2Sha256, network_per_minute: 20, total_per_minute: 600 }
    }
}

/// Everything that this process remembers about work.
#[derive(Debug, Default)]
pub struct Brake {
    answers: Answers,
    lanes: Lanes,
    rates: Rates,
    /// The highest effort that each platform's total asked for at the last attempt: a rise is alarmed once.
    alarmed: Mutex<BTreeMap<Platform, u32>>,
}

/// Whose answer it is.
#[derive(Clone, Copy, Debug)]
pub struct Submitted<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// The attempt.
    pub attempt: AttemptId,
    /// What was asked for.
    pub work: &'a Work,
    /// What came, if anything.
    pub answer: Option<&'a Answer>,
}

impl Brake {
    /// Counts an attempt that a known device begins, and says whether it is spared. A device that begins too often, or after
    /// which wrong passwords came, works like any other: else one account would pay for guessing all the others.
    pub fn spare_known(&self, platform: &Platform, key: KeyId, now: Timestamp) -> bool {
        let lately = self.rates.count(Counted::Device(platform.clone(), key), 1, now);
        lately <= difficulty::SPARED_BEGINS
    }

    /// Whether what a spared device began without work is still taken: nonces that were put by are not, once wrong passwords came.
    ///
    /// # Errors
    /// [`ProblemCode::WorkRefused`].
    pub fn check_spared(&self, platform: &Platform, key: KeyId, now: Timestamp) -> Result<(), Problem> {
        let lately = self.rates.lately(&Counted::Device(platform.clone(), key), now);
        if lately <= difficulty::SPARED_MOST { Ok(()) } else { Err(ProblemCode::WorkRefused.into()) }
    }

    /// Counts a wrong password that came with a device that had been spared.
    pub fn wrong_password(&self, platform: &Platform, key: KeyId, now: Timestamp) {
        self.rates.count(Counted::Device(platform.clone(), key), difficulty::WRONG_PASSWORD_WEIGHS, now);
    }

    /// Issues the work of an attempt that an unknown device begins.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] without randomness.
    pub fn issue_for_attempt(
        &self,
        entropy: &dyn Entropy,
        platform: &Platform,
        settings: &WorkSettings,
        (kind, network): (Kind, Option<&str>),
        now: Timestamp,
    ) -> Result<Work, Problem> {
        let of_network = |network: &str| Counted::Network(platform.clone(), network.to_owned());
        let pressure = Pressure {
            network: network.map_or(0, |network| self.rates.count(of_network(network), 1, now)),
            total: self.rates.count(Counted::Platform(platform.clone()), 1, now),
            account: 0,
        };
        let effort = difficulty::effort(pressure, settings);
        self.alarm(platform, difficulty::effort(Pressure { network: 0, ..pressure }, settings));
        issue(entropy, kind, effort)
    }

    /// Issues the work of a code by mail. A browser whose cookie the account knows is never made to wait by strangers.
    ///
    /// # Errors
    /// [`ProblemCode::Internal`] without randomness.
    pub fn issue_for_mail(
        &self,
        entropy: &dyn Entropy,
        account: &AccountKey,
        settings: &WorkSettings,
        (cookie_known, network): (bool, &str),
        now: Timestamp,
    ) -> Result<Work, Problem> {
        if cookie_known {
            return issue(entropy, Kind::Pbkdf2Sha256, Effort::SMALL);
        }
        let pressure = Pressure {
            network: self.rates.lately(&Counted::Network(account.platform.clone(), network.to_owned()), now),
            total: 0,
            account: self.rates.count(Counted::Account(account.clone()), 1, now),
        };
        issue(entropy, Kind::Pbkdf2Sha256, difficulty::effort(pressure, settings))
    }

    /// Refuses what costs nothing to refuse: no answer, one of another size, one to an attempt whose answer was refused.
    ///
    /// # Errors
    /// [`ProblemCode::WorkRefused`].
    pub fn check_form(&self, submitted: Submitted<'_>, now: Timestamp) -> Result<(), Problem> {
        let count = submitted.answer.map_or(0, Answer::count);
        let refused = matches!(self.answers.recall(submitted.attempt, now), Some(Remembered::Refused));
        let complete = u32::try_from(count).is_ok_and(|count| count == submitted.work.puzzles);
        if complete && !refused { Ok(()) } else { Err(ProblemCode::WorkRefused.into()) }
    }

    /// Checks an answer before a password is hashed; one that is right opens [`difficulty::OPENINGS`] times.
    ///
    /// # Errors
    /// [`ProblemCode::WorkRefused`], for this attempt from then on; [`ProblemCode::Overloaded`], with nothing decided.
    pub async fn open(
        &self,
        keys: &Keys,
        submitted: Submitted<'_>,
        network: &str,
        now: Timestamp,
    ) -> Result<(), Problem> {
        self.check(keys, submitted, network, now).await?;
        if self.answers.open(submitted.attempt, now) <= difficulty::OPENINGS {
            Ok(())
        } else {
            Err(ProblemCode::WorkRefused.into())
        }
    }

    /// Counts that an attempt without work opens the way to a password hash: as often as one with work.
    ///
    /// # Errors
    /// [`ProblemCode::WorkRefused`].
    pub fn open_spared(&self, attempt: AttemptId, now: Timestamp) -> Result<(), Problem> {
        let openings = self.answers.open(attempt, now);
        if openings <= difficulty::OPENINGS { Ok(()) } else { Err(ProblemCode::WorkRefused.into()) }
    }

    /// Checks an answer, once: what was right before is not derived again.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn check(
        &self,
        keys: &Keys,
        submitted: Submitted<'_>,
        network: &str,
        now: Timestamp,
    ) -> Result<(), Problem> {
        self.check_form(submitted, now)?;
        let Some(answer) = submitted.answer else { return Err(ProblemCode::WorkRefused.into()) };
        let fingerprint = check::fingerprint(submitted, answer);
        if self.answers.recall(submitted.attempt, now) == Some(Remembered::Right(fingerprint)) {
            return Ok(());
        }
        let lane = self.lanes.enter(network).await.ok_or_else(|| Problem::new(ProblemCode::Overloaded))?;
        let puzzle = check::chosen(keys, submitted);
        let right = check::is_right(submitted, answer, puzzle).await;
        drop(lane);
        if right {
            self.answers.remember(submitted.attempt, Remembered::Right(fingerprint), now);
            return Ok(());
        }
        self.answers.remember(submitted.attempt, Remembered::Refused, now);
        self.rates.count(Counted::Network(submitted.platform.clone(), network.to_owned()), 1, now);
        Err(ProblemCode::WorkRefused.into())
    }

    /// Tells operators when the whole platform's attempts make everybody's work rise, once for each rise.
    fn alarm(&self, platform: &Platform, effort: Effort) {
        if self.has_risen(platform, effort.level()) {
            tracing::warn!(
                alarm = "work-raised",
                attempt.platform = %platform,
                work.level = effort.level(),
                "unknown devices begin more attempts than usual: their work was raised"
            );
        }
    }

    /// Whether a platform's level is above its last one and above the usual one. Of each platform by itself: another's quiet must
    /// not alarm anew for each attempt.
    fn has_risen(&self, platform: &Platform, level: u32) -> bool {
        let mut alarmed = self.alarmed.lock().unwrap_or_else(PoisonError::into_inner);
        let before = alarmed.insert(platform.clone(), level).unwrap_or(0);
        before < level && level > Effort::SMALL.level()
    }
}

fn issue(entropy: &dyn Entropy, kind: Kind, effort: Effort) -> Result<Work, Problem> {
    let salt = Salt::from_bytes(make_bytes(entropy)?);
    let (iterations, bits) = match kind {
        Kind::Sha256 => (None, effort.bits() + difficulty::SHA256_BITS_MORE),
        _ => (Some(difficulty::ITERATIONS), effort.bits()),
    };
    Ok(Work { kind, salt, iterations, puzzles: effort.puzzles(), bits })
}
