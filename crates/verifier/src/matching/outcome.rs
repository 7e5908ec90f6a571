//! What became of one component or fact since enrolment.

use login_guard_protocol::evidence::{Component, Evidence, Word};

use super::weights::{Change, Kind, Row};

/// What became of one component or fact since enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Read before and now, and different without an excuse.
    Changed,
    /// Different, together with an upgrade of the browser.
    Expected,
    /// Absent, noisy or failed before; now it can be read.
    Gained,
    /// Could be read before; now it is absent, noisy or failed.
    Lost,
    /// Different as everyday life makes it.
    Plausible,
    /// As before.
    Same,
    /// A set of which most members stayed.
    Similar,
    /// Not known at enrolment: a signal that came later, or one that a slow page did not reach.
    Unknown,
}

impl Outcome {
    /// Whether everyday life explains it.
    pub const fn is_excused(self) -> bool {
        !matches!(self, Self::Changed | Self::Gained | Self::Lost)
    }
}

/// Whether the facts show a newer version of the browser that was enrolled.
pub fn is_upgrade(enrolled: &Evidence, today: &Evidence) -> bool {
    let same_browser = fact(enrolled, "browser").is_some_and(|browser| fact(today, "browser") == Some(browser));
    let versions = version(enrolled, "browser-version").zip(version(today, "browser-version"));
    same_browser && versions.is_some_and(|(before, now)| now > before)
}

/// The outcome of one row; nothing if neither document knows of it.
pub fn judge(row: &Row, enrolled: &Evidence, today: &Evidence, similar_from: f64) -> Option<Outcome> {
    match row.kind {
        Kind::Component => component(row, enrolled, today, similar_from),
        Kind::Fact => match (fact(enrolled, &row.name), fact(today, &row.name)) {
            (None, None) => None,
            (None, Some(_)) => Some(Outcome::Unknown),
            (Some(_), None) => Some(Outcome::Lost),
            (Some(before), Some(now)) if before == now => Some(Outcome::Same),
            (Some(_), Some(_)) => Some(changed(row, enrolled, today)),
        },
        Kind::Version => match (version(enrolled, &row.name), version(today, &row.name)) {
            (None, None) => None,
            (None, Some(_)) => Some(Outcome::Unknown),
            (Some(_), None) => Some(Outcome::Lost),
            (Some(before), Some(now)) if now < before => Some(Outcome::Changed),
            (Some(before), Some(now)) if now > before => Some(Outcome::Expected),
            (Some(_), Some(_)) => Some(Outcome::Same),
        },
    }
}

/// How alike a row's two readings are, 0 to 1, if it is a component that was read twice.
pub fn similarity(row: &Row, enrolled: &Evidence, today: &Evidence) -> Option<f64> {
    let name = Word::parse(&row.name).ok().filter(|_| row.kind == Kind::Component)?;
    enrolled.components.get(&name)?.similarity(today.components.get(&name)?)
}

/// Whether a component was not known at enrolment. A document without any component was enrolled empty, and is compared as such.
pub fn is_unknown(enrolled: &Evidence, name: &Word) -> bool {
    match enrolled.components.get(name) {
        Some(component) => is_timed_out(component),
        None => !enrolled.components.is_empty(),
    }
}

/// Whether a page had no time for a component.
pub fn is_timed_out(component: &Component) -> bool {
    matches!(component, Component::Absent { reason } if reason.as_str() == "timed-out")
}

/// Whether a component has a reading.
pub const fn is_read(component: &Component) -> bool {
    matches!(component, Component::Present { .. } | Component::Set { .. })
}

/// The value of a fact.
pub fn fact<'a>(evidence: &'a Evidence, name: &str) -> Option<&'a str> {
    let name = Word::parse(name).ok()?;
    evidence.facts.get(&name).map(String::as_str)
}

fn component(row: &Row, enrolled: &Evidence, today: &Evidence, similar_from: f64) -> Option<Outcome> {
    let name = Word::parse(&row.name).ok()?;
    let (before, now) = (enrolled.components.get(&name), today.components.get(&name));
    match (before.filter(|c| is_read(c)), now.filter(|c| is_read(c))) {
        (None, None) => (before.is_some() && now.is_some()).then_some(Outcome::Same),
        (None, Some(_)) if is_unknown(enrolled, &name) => Some(Outcome::Unknown),
        (None, Some(_)) => Some(Outcome::Gained),
        (Some(_), None) => Some(Outcome::Lost),
        (Some(before), Some(now)) => Some(match before.similarity(now) {
            Some(share) if share >= 1.0 => Outcome::Same,
            Some(share) if share >= similar_from => Outcome::Similar,
            _ => changed(row, enrolled, today),
        }),
    }
}

fn changed(row: &Row, enrolled: &Evidence, today: &Evidence) -> Outcome {
    match row.change {
        Change::Expected if is_upgrade(enrolled, today) => Outcome::Expected,
        Change::Plausible => Outcome::Plausible,
        Change::Expected | Change::Implausible => Outcome::Changed,
    }
}

/// A version that is a number; anything else is none.
fn version(evidence: &Evidence, name: &str) -> Option<u32> {
    fact(evidence, name)?.parse().ok()
}
