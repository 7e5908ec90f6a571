//! Verdict tokens: issued when a challenge is confirmed, spent by `redeem`, verifiable by anybody with the JWKS.
//!
//! May import: the protocol crate, `secret`, `clock`, `store` traits, `attempts`' records. To rotate keys: put the new
//! one first in the configuration and keep the old one second until its last token is 60 s old.

mod redeem;
mod signer;

use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::verdict::{Confirmation, TokenClaims};
use login_guard_protocol::{AttemptId, KeyId, Purpose, TokenId, limits};

pub use redeem::{RedeemRequest, redeem};
pub use signer::{Signer, SignerError, make_signing_key};

use crate::problem::Problem;
use crate::services::Services;
use crate::store::AccountKey;

/// What a token grants.
#[derive(Clone, Debug)]
pub struct Grant {
    /// To which account.
    pub account: AccountKey,
    /// For which attempt.
    pub attempt: AttemptId,
    /// Spent once.
    pub token: TokenId,
    /// To which key.
    pub key: Option<KeyId>,
    /// How it was confirmed.
    pub amr: Vec<String>,
}

/// Issues a token for one log-in, good for 60 s.
///
/// # Errors
/// [`ProblemCode::Internal`] when it cannot be signed.
pub fn issue(services: &Services, grant: Grant) -> Result<String, Problem> {
    let now = services.clock.now().as_seconds();
    let claims = TokenClaims {
        iss: services.issuer.clone(),
        aud: grant.account.platform,
        sub: grant.account.account,
        jti: grant.token,
        iat: now,
        nbf: now,
        exp: now + limits::TOKEN_LIFE_S,
        attempt: grant.attempt,
        purpose: Purpose::Login,
        cnf: grant.key.map(|jkt| Confirmation { jkt }),
        amr: grant.amr,
        act: None,
    };
    services.signer.sign(&claims).map_err(|_| ProblemCode::Internal.into())
}
