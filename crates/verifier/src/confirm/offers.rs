//! Which ways to confirm a challenge offers: one line of the table for each method, each deciding for itself.

use login_guard_protocol::KeyId;

use super::{device_key, mail_code};
use crate::attempts::AssessRequest;
use crate::attempts::offers::Offer;
use crate::attempts::probes::Seeds;
use crate::attempts::record::MailRecord;
use crate::problem::Problem;
use crate::seal::rows::VerifiedAccount;
use crate::services::Services;
use crate::store::AccountKey;

/// What a method may look at.
pub struct Occasion<'a> {
    /// The service.
    pub services: &'a Services,
    /// Whose account.
    pub key: &'a AccountKey,
    /// The account, as far as it could be authenticated.
    pub account: &'a VerifiedAccount,
    /// What the back end said.
    pub request: &'a AssessRequest,
    /// The origin that the login came from.
    pub origin: &'a str,
    /// Keys that confirm unseen, and what the canvas probe asks for.
    pub silent: (&'a [KeyId], Option<Seeds>),
    /// Where a code can be mailed.
    pub mail: Option<&'a MailRecord>,
}

/// How a method offers itself; none where it cannot be used.
type Offering = fn(&Occasion<'_>) -> Result<Option<Offer>, Problem>;

/// Every method.
const METHODS: &[Offering] = &[device_key::offer, mail_code::offer];

/// The ways to confirm, strongest first.
///
/// # Errors
/// Whatever keeps a method from saying whether it can be used.
pub fn offers(occasion: &Occasion<'_>) -> Result<Vec<Offer>, Problem> {
    let mut offers = METHODS.iter().filter_map(|offer| offer(occasion).transpose()).collect::<Result<Vec<_>, _>>()?;
    offers.sort_by_key(|offer| offer.method);
    Ok(offers)
}
