//! The canvas probes of one device: a pure state machine over seeds, each enrolled once and verified once.
//!
//! No I/O, no clock, no randomness, no keys: what [`Probes::judge`] finds and what becomes of the state is a function of the
//! arguments. Some seeds *pend*: what this device draws of them is known, and nobody was asked for it yet but at its
//! enrolment. Each attempt asks for one of them, and for a new one that is enrolled if the attempt is allowed; both in the commit
//! of the verdict. So a recorded answer is worth nothing, and an answer cannot be made before its attempt.
//!
//! - **Tabs.** Attempts that began together ask for the same seed. The first spends it; the others must give the same answer as
//!   it did, as long as it is among the last [`SPENT`] ones. A nonce lives two minutes, so that nobody can come later with it.
//! - **Graphics.** The processor's picture is what counts. Another picture by the graphics stack alone is a driver's or a setting's
//!   doing: it weighs nothing, and what pends is compared by the processor's picture until it is spent.
//! - **Upgrades.** A newer version of the enrolled browser may draw otherwise: everything that pends is void and enrolled anew, at most
//!   once in [`RENEWAL_S`] for one device, so that a version that anybody can claim is not an excuse for each login.
//! - **Removal.** What was answered at enrolment must be answered: absent, noisy and left out count as wrong. The second picture may be
//!   missing as long as another seed pends, since a slow page may not get that far.
//! - **Challenge.** A picture that was right is spent also when the login is challenged for another reason, unless nothing else pends.
//! - **Failure** stays until a person has confirmed. A browser whose confirmations follow each other for this reason alone is
//!   *unsteady* from the third on: it draws otherwise each time (noise that no reading shows), and asking its owner at every login would
//!   tell nothing. Whoever is not the owner cannot bring that about, since each step of it is a confirmation.
//!
//! A device that answered nothing at enrolment, or was enrolled before there were probes, is not compared, and begins when it answers.

#[cfg(test)]
mod tests;

use login_guard_protocol::challenge::probe::DRAWING;
use login_guard_protocol::evidence::{Component, DigestText, ProbeAnswer};
use login_guard_protocol::{ProbeSeed, limits};
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::store::DeviceRow;

/// Most seeds that pend; the oldest gives way.
pub const PENDING: usize = 4;
/// Most spent seeds whose answers are remembered, for tabs that were opened together.
pub const SPENT: usize = 4;
/// The shortest time between two renewals that an upgrade excuses, in seconds. Browsers release every two to four weeks.
const RENEWAL_S: u64 = 7 * 24 * 3_600;
/// Confirmations in a row, each after a failure, from which a device is taken for unsteady.
const UNSTEADY: u8 = 3;

/// What is kept of a device's probes, in its row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probes {
    /// How the pictures were drawn; what was drawn in another way is not compared.
    drawing: u32,
    /// Grows with each change: names the next new seed, and decides which pending one is asked for.
    serial: u64,
    /// Oldest first.
    pending: Vec<Drawn>,
    /// Newest first.
    spent: Vec<Drawn>,
    /// Whether an answer was wrong since the last confirmation.
    failed: bool,
    /// Confirmations in a row that followed a failure.
    failures: u8,
    /// When an upgrade excused another picture last; milliseconds.
    renewed_at: Option<u64>,
}

/// A seed and what the device drew of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    seed: ProbeSeed,
    cpu: DigestText,
    /// None where there was none, or where it is void.
    default: Option<DigestText>,
}

/// What an attempt shows.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The seeds that its nonce seals: to be verified, and to be enrolled.
    pub seeds: &'a Seeds,
    /// What the evidence says.
    pub answers: &'a [ProbeAnswer],
    /// Whether the facts show a newer version of the browser that was enrolled.
    pub upgraded: bool,
    /// When.
    pub now: Timestamp,
}

/// The seeds of one attempt: the one that is verified, if any pends, and the one that is enrolled.
pub type Seeds = [ProbeSeed; limits::PROBES];

/// What a probe tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Another picture, or none, where one was enrolled; or an earlier one that nobody has confirmed since.
    Failed,
    /// The processor draws as before, the graphics stack does not.
    GraphicsChanged,
    /// Nothing was enrolled.
    NotEnrolled,
    /// Another picture by a newer browser.
    Renewed,
    /// As enrolled.
    Same,
    /// Another picture, on a device that draws otherwise each time.
    Unsteady,
}

/// What a probe tells, and what is kept after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it tells.
    pub outcome: Outcome,
    /// The state after an allow; after a failure, whatever the verdict.
    pub next: Probes,
}

impl Verdict {
    /// What is kept of a failure, unless the row says it already.
    pub fn failed_anew(&self, row: &DeviceRow) -> Option<&Probes> {
        let is_new = self.outcome == Outcome::Failed && Probes::read(&row.probes).as_ref() != Some(&self.next);
        is_new.then_some(&self.next)
    }

    /// What is kept when the login is challenged, for this reason or another: a failure, and that a picture was verified, so that
    /// nobody is asked for it again. Nothing is enrolled.
    pub fn challenged(&self, row: &DeviceRow) -> Option<Probes> {
        match self.outcome {
            Outcome::Failed => self.failed_anew(row).cloned(),
            Outcome::GraphicsChanged | Outcome::Same => Probes::read(&row.probes)?.verified(&self.next.spent),
            Outcome::NotEnrolled | Outcome::Renewed | Outcome::Unsteady => None,
        }
    }
}

impl Probes {
    /// Reads a row's column. None for a row whose probes make no sense: such a device must be confirmed.
    pub fn read(column: &str) -> Option<Self> {
        if column.is_empty() { Some(Self::default()) } else { serde_json::from_str(column).ok() }
    }

    /// Whether a device must be confirmed before anything else: it drew something else since, or its column makes no sense.
    pub fn is_failed(row: &DeviceRow) -> bool {
        Self::read(&row.probes).is_none_or(|probes| probes.failed)
    }

    /// For a row's column. Empty, which enrols nothing, if it could not be written; it has no cause to.
    pub fn to_column(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Grows with each change.
    pub const fn serial(&self) -> u64 {
        self.serial
    }

    /// The pending seed that is asked for, as a keyed number decides: whoever asks again is asked the same.
    pub fn choose(&self, number: u64) -> Option<ProbeSeed> {
        let pending = self.current();
        let count = u64::try_from(pending.len()).ok().filter(|count| *count > 0)?;
        pending.get(usize::try_from(number % count).ok()?).map(|drawn| drawn.seed)
    }

    /// Judges what an attempt shows.
    pub fn judge(&self, shown: &Shown<'_>) -> Verdict {
        if self.failed {
            return Verdict { outcome: Outcome::Failed, next: self.clone() };
        }
        let (first, second) = (drawn(shown, 0), drawn(shown, 1));
        if self.current().is_empty() {
            return Verdict { outcome: Outcome::NotEnrolled, next: self.enrolled([first, second]) };
        }
        let enrolled = self.pending.iter().chain(&self.spent).find(|known| known.seed == shown.seeds[0]);
        let outcome = match (enrolled, first) {
            (Some(known), Some(today)) if known.cpu == today.cpu => {
                if known.default.is_none() || known.default == today.default {
                    Outcome::Same
                } else {
                    Outcome::GraphicsChanged
                }
            }
            (Some(_), Some(_)) if self.may_renew(shown) => Outcome::Renewed,
            _ => Outcome::Failed,
        };
        let next = match outcome {
            Outcome::Failed => None,
            _ => self.moved_on(outcome, first, second, shown.now),
        };
        match next {
            Some(next) => Verdict { outcome, next },
            None if self.failures >= UNSTEADY => {
                // what pends would never fit: it begins again, as at a confirmation
                let next = Self { pending: Vec::new(), ..self.clone() }.enrolled([first, second]);
                Verdict { outcome: Outcome::Unsteady, next }
            }
            None => Verdict { outcome: Outcome::Failed, next: self.with_failure() },
        }
    }

    /// The state after a confirmation: what its own attempt drew pends, and nothing else. What the login had no time for may have
    /// been drawn `meanwhile`, while the person confirmed; what the login drew stays, because the verdict was about it.
    #[must_use]
    pub fn confirmed(&self, seeds: &Seeds, login: &[ProbeAnswer], meanwhile: &[ProbeAnswer]) -> Self {
        let failures = if self.failed { self.failures.saturating_add(1) } else { 0 };
        let is_spent = |seed: &ProbeSeed| self.spent.iter().any(|drawn| drawn.seed == *seed);
        let drawn = |seed: &ProbeSeed| find(*seed, login).or_else(|| find(*seed, meanwhile));
        let fresh = |seed: &ProbeSeed| drawn(seed).filter(|_| !is_spent(seed));
        let next = Self { serial: self.serial, failures, renewed_at: self.renewed_at, ..Self::default() };
        next.enrolled(seeds.each_ref().map(fresh))
    }

    /// What pends and was drawn as it is drawn now.
    fn current(&self) -> &[Drawn] {
        if self.drawing == DRAWING { &self.pending } else { &[] }
    }

    fn may_renew(&self, shown: &Shown<'_>) -> bool {
        let before = self.renewed_at.map(|at| Timestamp::from_millis(at).plus_seconds(RENEWAL_S));
        shown.upgraded && before.is_none_or(|until| until <= shown.now)
    }

    /// The state after an answer that passes; none if nothing would pend after it.
    fn moved_on(&self, outcome: Outcome, first: Option<Drawn>, second: Option<Drawn>, now: Timestamp) -> Option<Self> {
        let mut next = self.clone();
        next.failures = 0;
        if let Some(first) = first {
            next.pending.retain(|drawn| drawn.seed != first.seed);
            next.spent.retain(|drawn| drawn.seed != first.seed);
            next.spent.insert(0, first);
            next.spent.truncate(SPENT);
        }
        match outcome {
            Outcome::GraphicsChanged => next.pending.iter_mut().for_each(|drawn| drawn.default = None),
            Outcome::Renewed => {
                next.pending.clear();
                next.renewed_at = Some(now.as_millis());
            }
            _ => {}
        }
        let mut next = next.enrolled([None, second]);
        next.serial = self.serial + 1;
        (!next.pending.is_empty()).then_some(next)
    }

    /// With these pending as well: never one that was asked for before.
    fn enrolled(&self, drawn: [Option<Drawn>; limits::PROBES]) -> Self {
        let mut next = self.clone();
        if next.drawing != DRAWING {
            next.pending.clear();
            next.spent.clear();
            next.drawing = DRAWING;
        }
        for drawn in drawn.into_iter().flatten() {
            let known = next.pending.iter().chain(&next.spent).any(|other| other.seed == drawn.seed);
            if !known {
                next.pending.push(drawn);
            }
        }
        let surplus = next.pending.len().saturating_sub(PENDING);
        next.pending.drain(..surplus);
        if next != *self {
            next.serial += 1;
        }
        next
    }

    /// With these spent, and no longer pending. The last one that pends stays: what nothing pends of is not compared. None where
    /// that changes nothing.
    fn verified(&self, spent: &[Drawn]) -> Option<Self> {
        let is_left = |drawn: &&Drawn| spent.iter().all(|other| other.seed != drawn.seed);
        let pending: Vec<Drawn> = self.pending.iter().filter(is_left).copied().collect();
        let changes = !pending.is_empty() && pending.len() < self.pending.len();
        changes.then(|| Self { serial: self.serial + 1, pending, spent: spent.to_vec(), ..self.clone() })
    }

    fn with_failure(&self) -> Self {
        Self { failed: true, ..self.clone() }
    }
}

/// What an attempt drew of its seed with this number, if the processor's picture is there.
fn drawn(shown: &Shown<'_>, at: usize) -> Option<Drawn> {
    find(*shown.seeds.get(at)?, shown.answers)
}

/// What was drawn of a seed, if the processor's picture is there.
pub fn find(seed: ProbeSeed, answers: &[ProbeAnswer]) -> Option<Drawn> {
    let answer = answers.iter().find(|answer| answer.seed == seed)?;
    let digest = |component: &Component| match component {
        Component::Present { digest } => Some(*digest),
        _ => None,
    };
    Some(Drawn { seed, cpu: digest(&answer.cpu)?, default: digest(&answer.default) })
}
