//! Confirmations: turning a challenge into a verdict token. One file per method.
//!
//! May import: `attempts`' records and proofs, `seal`, `delivery` and `store` traits, `tokens`. Must not know HTTP or SQL.
//!
//! Every step is bound to the attempt, to the device key that the login proof named and to the cookie that went along with the
//! challenge. A code that a person is talked into reading out still serves whoever began the attempt, which is why a
//! device confirmed by code is on probation.
//!
//! To add a method: one file here with its steps and its `offer`, one line in the table below, one file in the protocol's
//! `challenge/`, one endpoint file for each step, one row in docs/protocol.md.

pub mod approval;
mod budgets;
pub mod device_key;
pub mod external;
pub mod letter;
pub mod mail_code;
mod offers;
pub mod passkey;
pub mod recovery_code;
mod step;
pub mod totp;

#[cfg(test)]
mod tests;

pub use letter::user_agent_label;
pub use offers::Occasion;
pub use step::{CodeRequest, ConfirmedResponse, check_proof};

use crate::attempts::offers::Offer;
use crate::problem::Problem;

/// How a method offers itself; none where it cannot be used.
type Offering = fn(&Occasion<'_>) -> Result<Option<Offer>, Problem>;

/// Every method.
const METHODS: &[Offering] = &[
    device_key::offer,
    approval::offer,
    passkey::offer,
    external::offer,
    mail_code::offer,
    recovery_code::offer,
    totp::offer,
];

/// The ways to confirm, strongest first.
///
/// # Errors
/// Whatever keeps a method from saying whether it can be used.
pub fn offers(occasion: &Occasion<'_>) -> Result<Vec<Offer>, Problem> {
    let mut offers = METHODS.iter().filter_map(|offer| offer(occasion).transpose()).collect::<Result<Vec<_>, _>>()?;
    offers.sort_by_key(|offer| offer.method);
    Ok(offers)
}

/// A mail address so that its owner knows it and nobody else learns it: `a•••e@e•••.com`.
pub fn mask_mail(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let (host, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let last = local.chars().last().filter(|_| local.chars().count() > 2).map(String::from).unwrap_or_default();
    format!("{}•••{last}@{}•••.{top}", first(local), first(host))
}
