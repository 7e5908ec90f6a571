//! What a confirmation enrols: what the login had read, and what was read once more while the person confirmed.
//!
//! Whoever presses the button at once gives a slow machine no time, and a confirmation takes a minute. What the login read stays,
//! because the verdict was about it; the second reading fills in what was missing.

use login_guard_protocol::evidence::{Component, Evidence, Word};

use super::outcome::{is_read, is_timed_out};
use super::weights::{Group, Kind, WEIGHTS, Weights};

/// The document to enrol of one that came with the login and one that came with its confirmation, both under one key.
///
/// A browser of which even the second reading does not reach enough never answers: it is enrolled as one that cannot be read, and
/// counts as another machine once it can.
pub fn complete(login: &Evidence, confirmation: &Evidence) -> Evidence {
    let mut whole = login.clone();
    for (name, component) in &confirmation.components {
        if !login.components.get(name).is_some_and(is_read) {
            whole.components.insert(name.clone(), component.clone());
        }
    }
    for (name, value) in &confirmation.facts {
        whole.facts.entry(name.clone()).or_insert_with(|| value.clone());
    }
    if is_mostly_timed_out(&whole)
        && let Ok(reason) = Word::parse(UNANSWERED)
    {
        // what nobody asked a second time has not been silent twice
        for (name, _) in confirmation.components.iter().filter(|(_, component)| is_timed_out(component)) {
            if let Some(component) = whole.components.get_mut(name).filter(|component| is_timed_out(component)) {
                *component = Component::Absent { reason: reason.clone() };
            }
        }
    }
    // what would not parse at the next login, for its size, must not be stored
    let reads_back = Evidence::parse(whole.to_json().as_bytes()).is_ok_and(|read| read == whole);
    if reads_back { whole } else { login.clone() }
}

/// Whether too little was reached in time to tell this machine from another one.
pub fn is_mostly_timed_out(enrolled: &Evidence) -> bool {
    WEIGHTS.as_ref().is_none_or(|weights| timed_out_share(weights, enrolled) > weights.timed_out_limit)
}

/// How much of the weight of what could be read was not reached in time, 0 to 1. Settings count on neither side: they are read at
/// once, and tell no machine from another.
fn timed_out_share(weights: &Weights, enrolled: &Evidence) -> f64 {
    let tells = |group: &str| weights.groups.iter().any(|Group { name, drifts, .. }| *drifts && name == group);
    let (mut read, mut timed_out) = (0.0, 0.0);
    for row in weights.rows.iter().filter(|row| row.kind == Kind::Component && tells(&row.group)) {
        match Word::parse(&row.name).ok().and_then(|name| enrolled.components.get(&name)) {
            Some(component) if is_timed_out(component) => timed_out += row.changed.bits(),
            Some(component) if is_read(component) => read += row.changed.bits(),
            _ => {}
        }
    }
    if timed_out > 0.0 { timed_out / (read + timed_out) } else { 0.0 }
}

/// The reason under which a component is enrolled that twice did not answer.
const UNANSWERED: &str = "unanswered";
