//! `[[external]]`: factors of the exchange's own that confirm a device. What is not listed confirms nothing.

use std::collections::BTreeSet;

use login_guard_protocol::Platform;

use super::table::Table;
use crate::confirm::external::ExternalMethod;

/// How `amr` values begin that are given here, so that nobody reports ours.
const OURS: &str = "lg-";
/// What a log-in begins with: it confirms no device.
const KNOWLEDGE: [&str; 4] = ["pwd", "pin", "kba", "user"];

pub(super) fn read(table: &mut Table<'_>, platforms: &[Platform]) -> Option<(Platform, ExternalMethod)> {
    let platform = table.required_text("platform", "the name of a [[platform]]", |text| {
        Platform::parse(&text).ok().filter(|name| platforms.contains(name))
    });
    let expected =
        "an `amr` value such as \"otp\" or \"hwk\": 1 to 32 lower-case letters, digits and hyphens, not of a password";
    let amr = table.required_text("amr", expected, check_amr);
    Some((platform?, ExternalMethod { amr: amr?, phishing_resistant: table.flag("phishing_resistant") }))
}

/// Checks what no section sees alone: each factor of a platform is listed once.
pub(super) fn check_apart(methods: &[(Platform, ExternalMethod)], root: &mut Table<'_>) {
    let mut seen = BTreeSet::new();
    if methods.iter().any(|(platform, method)| !seen.insert((platform.as_str(), &method.amr))) {
        root.report("external", "expected each amr value of a platform once");
    }
}

fn check_amr(text: String) -> Option<String> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_well_formed = (1..=32).contains(&text.len()) && text.bytes().all(allowed);
    (is_well_formed && !text.starts_with(OURS) && !KNOWLEDGE.contains(&text.as_str())).then_some(text)
}
