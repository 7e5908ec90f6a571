//! Rules: evidence and history in, findings out.
//!
//! Pure: may import the protocol crate and `matching`; no store, no clock, no I/O. A rule looks at [`Circumstances`]
//! and gives at most one [`Finding`]. Rules never look at each other; `policy` combines what they find.
//!
//! To add a rule: one file with a function `find`, one line in [`RULES`], one row in docs/architecture.md. A fact no rule had
//! needed so far goes into [`Circumstances`].

mod account_rolled_back;
mod account_tampered;
mod automation;
mod cookie_changed;
mod cookie_missing;
mod cookie_superseded;
mod device_forked;
mod device_from_before_restore;
mod device_on_probation;
mod device_unknown;
mod key_missing;
mod key_unsupported;
mod machine_differs;
mod password_wrong;
mod population_shift;
mod probe_changed;
mod probe_failed;
mod proof_forged;
mod tampering;

#[cfg(test)]
mod tests;

use login_guard_protocol::FindingCode;
use serde::{Deserialize, Serialize};

use crate::matching::{Comparison, Trace, Traces};

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable, kebab-case.
    pub code: FindingCode,
    /// How much it matters, 0 to 100: below [`crate::policy::CHALLENGE_AT`] it only explains.
    pub weight: u8,
    /// For people.
    pub sentence: String,
}

/// The facts of one attempt.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// What of the device was recognised.
    pub device: Recognised,
    /// Why the browser has no key, if it has none.
    pub keyless: Option<String>,
    /// Whether the password was right and the account exists.
    pub password_right: bool,
    /// Whether a proof that names a key of the account was signed by it.
    pub signature: Signature,
    /// Whether all rows of the account verified.
    pub rows: Rows,
    /// What the head that the device returned tells.
    pub head: Head,
    /// What the generation of the device's cookie tells of copies of it.
    pub copies: Copies,
    /// Whether the device cookie is the one that came when the attempt began.
    pub cookie_kept: bool,
    /// Enrolled evidence against today's, for a device recognised by its key.
    pub comparison: Option<Comparison>,
    /// What a device that was recognised whole drew.
    pub probe: Probe,
    /// Traces of programs and tools, against those of the device recognised by either half.
    pub traces: Traces,
}

/// What the canvas probe tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Another picture, or none, where one was enrolled; or an earlier one that nobody has confirmed since.
    Failed,
    /// The processor draws as before, the graphics stack does not.
    GraphicsChanged,
    /// As enrolled, or nothing was.
    None,
    /// Another picture by a newer browser.
    Renewed,
    /// Another picture, on a device that draws otherwise each time.
    Unsteady,
}

/// What of a device was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// The cookie of a device, without its key.
    Cookie,
    /// Key and cookie of one device.
    Device(Known),
    /// The key of a device, without its cookie.
    Key,
    /// Nothing.
    Nothing,
}

/// What is known of a device that was recognised whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// How far it is trusted.
    pub standing: Standing,
    /// Whether it was seen since the last restore of a back-up.
    pub since_restore: SinceRestore,
}

/// What a cookie's generation tells of copies of a device that was recognised by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copies {
    /// Two machines use the device, now or before; nobody has confirmed it since.
    Forked,
    /// Nothing.
    None,
    /// The generation was overtaken: a restored back-up, or a copy.
    Superseded,
}

/// How far a device is trusted, as rules see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was confirmed by a phishable method.
    Probation,
    /// It was confirmed beyond phishing.
    Trusted,
}

/// Whether a device was seen since the last restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SinceRestore {
    /// It was not: it may have been removed in what the restore lost.
    Not,
    /// It was, or nothing was ever restored.
    Seen,
}

/// Whether a proof under a key id that the account knows was signed by that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It was not.
    Forged,
    /// It was, or the key is not the account's.
    Sound,
}

/// Whether an account's rows are what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// They are.
    Intact,
    /// A row was changed, added, removed or swapped from outside.
    Tampered,
}

/// What the head that a device returned tells about the account's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// The rows are as new as the head, or newer; or there is no head of this account to compare.
    Current,
    /// The device has seen a newer version: the rows were rolled back.
    Newer,
}

/// A rule.
pub type Rule = fn(&Circumstances) -> Option<Finding>;

/// Every rule, in the order in which findings are shown.
pub const RULES: &[Rule] = &[
    password_wrong::find,
    proof_forged::find,
    account_tampered::find,
    account_rolled_back::find,
    device_unknown::find,
    key_unsupported::find,
    key_missing::find,
    cookie_missing::find,
    cookie_superseded::find,
    device_forked::find,
    device_from_before_restore::find,
    machine_differs::find,
    population_shift::find,
    probe_failed::find,
    probe_changed::find,
    automation::find,
    tampering::find,
    device_on_probation::find,
    cookie_changed::find,
];

/// What all rules find.
pub fn find(circumstances: &Circumstances) -> Vec<Finding> {
    RULES.iter().filter_map(|rule| rule(circumstances)).collect()
}

/// A finding under a code that is a constant of ours; none if the constant is not a code, which a test rules out.
fn finding(code: &str, weight: u8, sentence: &str) -> Option<Finding> {
    FindingCode::parse(code).ok().map(|code| Finding { code, weight, sentence: sentence.to_owned() })
}
