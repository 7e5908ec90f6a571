//! What is enrolled from now on: everyday changes are adopted at each allow, so that years of them never add up to another machine.
//!
//! Neither an implausible change nor a loss is ever adopted, so graphics, hardware, platform and browser stay those of the last
//! confirmation, however many logins lie between. What an upgrade changes is adopted as long as all of it since the last confirmation
//! stays below a limit; then enrolment stands still, and upgrades stay excused by the facts. Only a confirmation, which enrols
//! evidence anew, begins again at 0.
//!
//! What the population guard discounts is the release's doing, and adopted like an upgrade's: whoever was let in today would
//! otherwise be stopped tomorrow, when the others have gone on. It adds to the drift with all its weight.

use login_guard_protocol::evidence::{Evidence, Word};

use super::comparison::{Comparison, bits, compare_within, together};
use super::outcome::{self, Outcome, fact, is_unknown, judge};
use super::population::Discounts;
use super::weights::{Group, Kind, Row, WEIGHTS, Weights};

/// What is enrolled after an allow, if that changes. Call it for a login that was allowed; a document that is taken for another
/// machine's changes nothing.
pub fn adopt(enrolled: &Evidence, today: &Evidence) -> Option<Evidence> {
    adopt_within(enrolled, today, &Discounts::default())
}

/// What is enrolled after an allow for which [`compare_within`] discounted what the population shows as well.
pub fn adopt_within(enrolled: &Evidence, today: &Evidence, discounts: &Discounts) -> Option<Evidence> {
    let weights = WEIGHTS.as_ref()?;
    let comparison = compare_within(enrolled, today, discounts);
    if comparison.differs_mostly() {
        return None;
    }
    let mut adopted = enrolled.clone();
    let late = today.components.iter().filter(|(name, _)| is_unknown(enrolled, name));
    adopted.components.extend(late.map(|(name, component)| (name.clone(), component.clone())));
    let (drifting, steady): (Vec<_>, Vec<_>) =
        adoptable(weights, enrolled, today, &comparison).into_iter().partition(|(row, group, outcome)| {
            let is_moved = !matches!(outcome, Outcome::Plausible | Outcome::Unknown);
            group.drifts && is_moved && row.kind == Kind::Component
        });
    let moved = |group: &Group| {
        let members = drifting.iter().filter(|(_, of, _)| of.name == group.name);
        together(group, members.map(|(row, ..)| moved_bits(row, enrolled, today)))
    };
    let drift = drift_bits(enrolled) + weights.groups.iter().map(moved).sum::<f64>();
    let may_drift = drift <= weights.drift_limit_bits;
    for (row, _, outcome) in steady {
        // a version goes with what it excuses, or the same change would be without an excuse the next time
        if may_drift || row.kind != Kind::Version || outcome == Outcome::Unknown {
            take(&mut adopted, row, today);
        }
    }
    if may_drift && !drifting.is_empty() {
        for (row, ..) in drifting {
            take(&mut adopted, row, today);
        }
        adopted.facts.insert(Word::parse(DRIFT).ok()?, format!("{drift:.1}"));
    }
    // what would not parse at the next login, for its size, must not be stored
    let reads_back = Evidence::parse(adopted.to_json().as_bytes()).is_ok_and(|read| read == adopted);
    (reads_back && adopted != *enrolled).then_some(adopted)
}

/// Rows that differ in a way that may be enrolled.
fn adoptable<'a>(
    weights: &'a Weights,
    enrolled: &Evidence,
    today: &Evidence,
    comparison: &Comparison,
) -> Vec<(&'a Row, &'a Group, Outcome)> {
    let discounted = comparison.discounted();
    let rows = weights.rows.iter().filter_map(|row| {
        let group = weights.groups.iter().find(|group| group.name == row.group)?;
        let outcome = judge(row, enrolled, today, weights.similar_from)?;
        let may = matches!(outcome, Outcome::Expected | Outcome::Plausible | Outcome::Similar | Outcome::Unknown);
        let is_discounted = row.kind == Kind::Component && discounted.contains(&row.name.as_str());
        (may || is_discounted).then_some((row, group, outcome))
    });
    rows.collect()
}

/// How far a change moves away from what was confirmed: its weight without an excuse.
fn moved_bits(row: &Row, enrolled: &Evidence, today: &Evidence) -> f64 {
    match outcome::similarity(row, enrolled, today) {
        Some(share) if share > 0.0 => bits(row, Outcome::Similar, Some(share)),
        _ => bits(row, Outcome::Changed, None),
    }
}

fn take(adopted: &mut Evidence, row: &Row, today: &Evidence) {
    let Ok(name) = Word::parse(&row.name) else { return };
    match row.kind {
        Kind::Component => {
            adopted.components.extend(today.components.get(&name).map(|component| (name, component.clone())));
        }
        Kind::Fact | Kind::Version => {
            adopted.facts.extend(today.facts.get(&name).map(|value| (name, value.clone())));
        }
    }
}

/// The drift since the last confirmation. A browser may have written the fact itself at enrolment; that can only make it larger.
fn drift_bits(enrolled: &Evidence) -> f64 {
    match fact(enrolled, DRIFT).map(str::parse::<f64>) {
        None => 0.0,
        Some(Ok(bits)) if bits.is_finite() => bits.max(0.0),
        Some(_) => f64::INFINITY,
    }
}

/// The fact beside the enrolled ones that keeps the drift. It is never taken from a browser's document of today.
const DRIFT: &str = "drift-bits";
