//! The population guard: what changed for many known devices of one browser release at once was changed by the release.
//!
//! A component that so many devices show changed is *discounted*: for a known device it weighs nothing, and its likeness
//! nothing either. Counts come in, discounts go out; who counted them is not known here.
//!
//! What keeps it from opening the door (docs/decisions/0008 has the reasons and the sums):
//! only what software redraws can be discounted (the group [`GROUP`]), never a fact, never the machine's own parts; a discount
//! holds only for a device that shows no other change without an excuse; a discount never makes a component better than equal.

use std::collections::{BTreeMap, BTreeSet};

use login_guard_protocol::evidence::{Component, Evidence, Word};

use super::comparison::Comparison;
use super::outcome::{Outcome, fact, is_upgrade};
use super::weights::{Change, Kind, Row, WEIGHTS};

/// Fewest devices that must have been seen, each of an account of its own. Below, a handful of friends would be a population.
pub const DEVICES: u32 = 20;
/// Least share of them that must show an expected change (a drawing, a font): whoever would fake a shift brings three accounts for
/// each seven honest ones.
pub const SHARE: f64 = 0.3;
/// Least share for what a release seldom touches (the graphics processor's name) and for what vanishes or appears: as many fakes
/// as honest ones.
pub const IMPLAUSIBLE_SHARE: f64 = 0.5;
/// Least base rate of a change. Weights know rates of nine days; what a device was not asked to confirm stays changed for months.
pub const BASE_RATE: f64 = 0.1;
/// A share is believed if the base rate makes it, or more, at most this often: one false shift in three weeks of fifty releases,
/// each with forty kinds of change, judged anew each hour.
pub const CHANCE: f64 = 1e-6;
/// Least share of the known devices of one browser, brand and system that a release must have among them. A version is what somebody
/// says: without this, whoever claims one that nobody has would be its whole population.
pub const PREVALENCE: f64 = 0.1;
/// The components that releases redraw.
const GROUP: &str = "rendering";

/// A browser release as far as facts tell it. Facts can be lies: whoever lies is counted elsewhere, and needs the enrolled
/// browser, brand and platform to be counted at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The engine's family.
    pub browser: Word,
    /// The maker's name for it, if it says one; text of the browser's own.
    pub brand: Option<String>,
    /// The major version of today.
    pub version: u32,
    /// The operating system.
    pub platform: Word,
    /// Whether the device was enrolled with an older version. Such devices change more often, and are a population of their own.
    pub is_upgrade: bool,
}

impl Release {
    /// The release of today; none when facts are missing, or name another browser, brand or system than the enrolled one.
    pub fn of(enrolled: &Evidence, today: &Evidence) -> Option<Self> {
        let kept = |name| fact(today, name).filter(|value| fact(enrolled, name) == Some(value));
        if fact(enrolled, "brand") != fact(today, "brand") {
            return None;
        }
        Some(Self {
            browser: Word::parse(kept("browser")?).ok()?,
            brand: fact(today, "brand").map(str::to_owned),
            version: fact(today, "browser-version")?.parse().ok()?,
            platform: Word::parse(kept("platform")?).ok()?,
            is_upgrade: is_upgrade(enrolled, today),
        })
    }
}

/// How a component differs from enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shift {
    /// It can be read now.
    Gained,
    /// It is absent, noisy or failed now.
    Lost,
    /// It reads differently.
    Moved,
}

impl Shift {
    const ALL: [Self; 3] = [Self::Gained, Self::Lost, Self::Moved];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::Moved => "moved",
        }
    }

    const fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Changed | Outcome::Expected => Some(Self::Moved),
            Outcome::Gained => Some(Self::Gained),
            Outcome::Lost => Some(Self::Lost),
            Outcome::Plausible | Outcome::Same | Outcome::Similar | Outcome::Unknown => None,
        }
    }
}

/// The name under which a component's shift is counted, `canvas:moved`. The empty name counts the devices.
pub fn shift_name(component: &str, shift: Shift) -> String {
    format!("{component}:{}", shift.as_str())
}

/// What a device shows that a release may have done.
pub fn shifts(comparison: &Comparison, today: &Evidence) -> Vec<(&'static str, Shift)> {
    let shifted = comparison.weighed.iter().filter_map(|weighed| {
        let shift = Shift::of(weighed.outcome)?;
        let row = redrawn().find(|row| row.name == weighed.component)?;
        may_be_discounted(row, shift, today).then_some((weighed.component, shift))
    });
    shifted.collect()
}

/// Shifts of a population, by component. Nothing is discounted by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discounts(BTreeSet<(&'static str, Shift)>);

impl Discounts {
    /// What a population shows. `counts` has the number of accounts for each [`shift_name`], and of all devices under the
    /// empty name.
    pub fn of(release: &Release, counts: &BTreeMap<String, u32>) -> Self {
        let seen = counts.get("").copied().unwrap_or_default();
        let each = redrawn().flat_map(|row| Shift::ALL.map(|shift| (row, shift)));
        let found = each.filter(|(row, shift)| {
            let shifted = counts.get(&shift_name(&row.name, *shift)).copied().unwrap_or_default();
            is_shift(shifted, seen, share(row, *shift), base_rate(release, row, *shift))
        });
        Self(found.map(|(row, shift)| (row.name.as_str(), shift)).collect())
    }

    /// Whether nothing is discounted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The shifts, by component.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Shift)> {
        self.0.iter().copied()
    }

    /// Whether a row's outcome is what the population shows as well.
    pub fn cover(&self, row: &'static Row, outcome: Outcome, today: &Evidence) -> bool {
        let Some(shift) = Shift::of(outcome).filter(|_| !self.is_empty() && is_redrawn(row)) else { return false };
        // whoever may leave a component out need not be asked what it looks like: that would only teach to leave it out
        let is_shown = self.0.contains(&(row.name.as_str(), shift))
            || (shift == Shift::Moved && self.0.contains(&(row.name.as_str(), Shift::Lost)));
        is_shown && may_be_discounted(row, shift, today)
    }
}

/// Whether a release of which so many accounts were seen is common enough among all that were seen of its browser, brand and system.
pub fn is_prevalent(seen: u32, of_all: u32) -> bool {
    f64::from(seen) >= PREVALENCE * f64::from(of_all)
}

/// Whether so many of so many are more than a base rate makes, and enough to be a release.
fn is_shift(shifted: u32, seen: u32, least_share: f64, base_rate: f64) -> bool {
    if seen < DEVICES || shifted > seen {
        return false;
    }
    let share = f64::from(shifted) / f64::from(seen);
    share >= least_share && share > base_rate && tail(f64::from(seen), share, base_rate) <= CHANCE
}

/// At most how likely `share` or more of `seen` change by themselves at a base rate below it: the bound of Chernoff and
/// Hoeffding (1963, theorem 1) on the tail of the binomial distribution, which never says too little.
fn tail(seen: f64, share: f64, base_rate: f64) -> f64 {
    let not = if share < 1.0 { (1.0 - share) * ((1.0 - share) / (1.0 - base_rate)).ln() } else { 0.0 };
    (-seen * (share * (share / base_rate).ln() + not)).exp()
}

fn share(row: &Row, shift: Shift) -> f64 {
    if row.change == Change::Expected && shift == Shift::Moved { SHARE } else { IMPLAUSIBLE_SHARE }
}

fn base_rate(release: &Release, row: &Row, shift: Shift) -> f64 {
    let upgraded = row.upgraded.filter(|_| release.is_upgrade && shift == Shift::Moved);
    upgraded.unwrap_or(row.changed).same.max(BASE_RATE)
}

/// A page that was too slow, or a document without the component, is no release's doing.
fn may_be_discounted(row: &Row, shift: Shift, today: &Evidence) -> bool {
    if shift != Shift::Lost {
        return true;
    }
    let component = Word::parse(&row.name).ok().and_then(|name| today.components.get(&name));
    match component {
        Some(Component::Absent { reason }) => reason.as_str() != "timed-out",
        Some(_) => true,
        None => false,
    }
}

fn redrawn() -> impl Iterator<Item = &'static Row> {
    WEIGHTS.iter().flat_map(|weights| &weights.rows).filter(|row| is_redrawn(row))
}

fn is_redrawn(row: &Row) -> bool {
    row.group == GROUP && row.kind == Kind::Component
}

#[cfg(test)]
mod tests;
