//! Policy: which findings lead to which verdict.
//!
//! Pure: may import `rules` and the protocol crate. The combination is written here once and does not depend on the
//! order of findings.

use login_guard_protocol::verdict::Verdict;

use crate::rules::Finding;

/// A finding of this weight or more is challenged.
pub const CHALLENGE_AT: u8 = 10;
/// A finding of this weight is denied.
pub const DENY_AT: u8 = 100;

/// The verdict: the heaviest finding decides; no finding allows.
pub fn decide(findings: &[Finding]) -> Verdict {
    match findings.iter().map(|finding| finding.weight).max().unwrap_or(0) {
        DENY_AT.. => Verdict::Deny,
        CHALLENGE_AT.. => Verdict::Challenge,
        _ => Verdict::Allow,
    }
}
