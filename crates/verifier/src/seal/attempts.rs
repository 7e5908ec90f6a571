//! Sealed attempts: whoever reads the store learns nothing of them, whoever writes to it cannot move or rewind one.

use login_guard_protocol::{AccountId, AttemptId, Platform, Transcript};
use zeroize::Zeroizing;

use super::{KeyUse, Keys, OpenError, SealError, aead};
use crate::entropy::Entropy;
use crate::store::models::AttemptRow;

/// The part of an attempt's row that its sealed part is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptHeader<'a> {
    /// The account it was made for, if the login name belongs to one.
    pub account: Option<&'a AccountId>,
    /// The attempt.
    pub attempt: AttemptId,
    /// The row's revision.
    pub revision: u64,
}

impl<'a> From<&'a AttemptRow> for AttemptHeader<'a> {
    fn from(row: &'a AttemptRow) -> Self {
        Self { account: row.account.as_ref(), attempt: row.attempt, revision: row.revision }
    }
}

/// Seals an attempt's contents for the row with this header.
///
/// # Errors
/// [`SealError`].
pub fn seal_attempt(
    keys: &Keys,
    entropy: &dyn Entropy,
    platform: &Platform,
    header: &AttemptHeader<'_>,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    aead::seal(keys, KeyUse::Attempt, entropy, &bound(platform, header), plaintext)
}

/// Opens the sealed part of a row with this header.
///
/// # Errors
/// [`OpenError`] for everything that [`seal_attempt`] did not make for this very header.
pub fn open_attempt(
    keys: &Keys,
    platform: &Platform,
    header: &AttemptHeader<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    aead::open(keys, KeyUse::Attempt, &bound(platform, header), sealed)
}

fn bound(platform: &Platform, header: &AttemptHeader<'_>) -> Transcript {
    Transcript::new("login-guard/attempt/v1")
        .part(platform.as_str().as_bytes())
        // no account is never mistaken for one: an account is never empty
        .part(header.account.map_or("", AccountId::as_str).as_bytes())
        .part(header.attempt.as_bytes())
        .number(header.revision)
}
