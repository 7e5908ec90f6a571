//! What a method may look at when it decides whether a challenge offers it.

use login_guard_protocol::{DeviceId, KeyId};

use crate::attempts::AssessRequest;
use crate::attempts::probes::Seeds;
use crate::attempts::record::MailRecord;
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
    /// The device that is challenged, if any of it was recognised.
    pub device: Option<DeviceId>,
    /// Keys that confirm unseen, and what the canvas probe asks for.
    pub silent: (&'a [KeyId], Option<Seeds>),
    /// Where a code can be mailed.
    pub mail: Option<&'a MailRecord>,
}
