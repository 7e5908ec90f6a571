//! Matching: is this the machine whose evidence was enrolled?
//!
//! Pure: may import the protocol crate only. Compares component by component; never by one hash over everything, so that one
//! change stays one change. To add a component: one line in [`STEADY`] if it tells machines apart and stays put.

use login_guard_protocol::evidence::{Component, Evidence, Word};

#[cfg(test)]
mod tests;

/// Components that describe the machine and seldom change in everyday life. The others (screen, time zone, languages,
/// media preferences) change with a trip, a monitor or a setting (peers lose the device over each of
/// them), so they weigh nothing here.
pub const STEADY: &[&str] = &["audio", "canvas", "fonts", "hardware", "platform", "webgl"];

/// How the steady components of two evidence documents compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// As before: equal digests, or absent, noisy or failed in both.
    pub same: u32,
    /// Present in both, with different digests.
    pub changed: u32,
    /// Present before; now absent, noisy or failed.
    pub lost: u32,
    /// Absent, noisy or failed before; now present.
    pub gained: u32,
}

impl Comparison {
    /// Whether more than half of the steady components are not as before.
    ///
    /// Half of six is what one browser release may move at once (canvas, fonts and audio come from the engine); a different
    /// machine of another make moves at least platform or graphics too. Measured data replace this
    /// count by likelihoods.
    pub const fn differs_mostly(self) -> bool {
        let different = self.changed + self.lost + self.gained;
        different > self.same
    }
}

/// Compares what was enrolled with what came today.
pub fn compare(enrolled: &Evidence, today: &Evidence) -> Comparison {
    let mut comparison = Comparison::default();
    for name in STEADY {
        let Ok(name) = Word::parse(name) else { continue };
        match (digest(enrolled, &name), digest(today, &name)) {
            (None, None) => comparison.same += 1,
            (Some(before), Some(now)) if before == now => comparison.same += 1,
            (Some(_), Some(_)) => comparison.changed += 1,
            (Some(_), None) => comparison.lost += 1,
            // a slow first page says nothing about the machine
            (None, Some(_)) if timed_out(enrolled, &name) => comparison.same += 1,
            (None, Some(_)) => comparison.gained += 1,
        }
    }
    comparison
}

/// What is enrolled from now on, if that changes: components that the first page did not reach in time are filled in, once;
/// nothing else moves.
pub fn adopt(enrolled: &Evidence, today: &Evidence) -> Option<Evidence> {
    let mut late = today.components.iter().filter(|(name, _)| timed_out(enrolled, name)).peekable();
    late.peek()?;
    let mut adopted = enrolled.clone();
    adopted.components.extend(late.map(|(name, component)| (name.clone(), component.clone())));
    Some(adopted)
}

/// Whether a component was not reached in time.
fn timed_out(evidence: &Evidence, name: &Word) -> bool {
    matches!(evidence.components.get(name), Some(Component::Absent { reason }) if reason.as_str() == "timed-out")
}

/// The digest of a component that is present.
fn digest<'a>(evidence: &'a Evidence, name: &Word) -> Option<&'a [u8; 16]> {
    match evidence.components.get(name) {
        Some(Component::Present { digest }) => Some(digest.as_bytes()),
        _ => None,
    }
}
