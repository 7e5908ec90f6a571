//! Traces of automation and tampering, which are no part of a machine and weigh nothing in [`super::compare`].
//!
//! Digests do not tell which trace it is, only that there is one. What counts is therefore whether the kind was enrolled: a
//! person's extensions leave the same traces each time, and so does a program that its owner lets log in. Whoever lies about traces
//! shows none, so that their absence says nothing.

use login_guard_protocol::evidence::{Component, Evidence};

use super::outcome::is_read;

/// What became of both kinds since enrolment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// Whether a program drives the browser: components named `automation-…`.
    pub automation: Trace,
    /// Whether somebody changes what scripts read: components named `tampering-…`.
    pub tampering: Trace,
}

/// What became of one kind since enrolment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trace {
    /// There are some, and there were some when the device was enrolled.
    AsEnrolled,
    /// The device was enrolled without, and today nobody can tell.
    Lost,
    /// There are some, and the device was enrolled without.
    New,
    /// There are none, or nobody could ever tell.
    #[default]
    None,
    /// There are some, and nothing is enrolled of it.
    Unenrolled,
}

/// Looks for both kinds; `enrolled` is what is known of the device, if anything is.
pub fn trace(enrolled: Option<&Evidence>, today: &Evidence) -> Traces {
    let one = |prefix| one_kind(prefix, enrolled, today);
    Traces { automation: one("automation-"), tampering: one("tampering-") }
}

fn one_kind(prefix: &str, enrolled: Option<&Evidence>, today: &Evidence) -> Trace {
    let of_kind = |evidence: &'_ Evidence, is: fn(&Component) -> bool| {
        evidence.components.iter().any(|(name, component)| name.as_str().starts_with(prefix) && is(component))
    };
    let was = |is| enrolled.is_some_and(|enrolled| of_kind(enrolled, is));
    let is_there = of_kind(today, is_read);
    match (is_there, was(is_read), was(is_none)) {
        (true, true, _) => Trace::AsEnrolled,
        (true, false, true) => Trace::New,
        (true, false, false) => Trace::Unenrolled,
        // leaving a component out, or letting it fail, must not be better than showing a trace
        (false, false, true) if enrolled.is_some_and(|enrolled| is_silent(prefix, enrolled, today)) => Trace::Lost,
        (false, ..) => Trace::None,
    }
}

/// Whether a component that told of no trace when it was enrolled tells nothing today.
fn is_silent(prefix: &str, enrolled: &Evidence, today: &Evidence) -> bool {
    let mut clean =
        enrolled.components.iter().filter(|(name, before)| name.as_str().starts_with(prefix) && is_none(before));
    clean.any(|(name, _)| !today.components.get(name).is_some_and(|now| is_none(now) || is_read(now)))
}

/// Whether a component says that there is no trace.
fn is_none(component: &Component) -> bool {
    matches!(component, Component::Absent { reason } if reason.as_str() == "none")
}

#[cfg(test)]
mod tests;
