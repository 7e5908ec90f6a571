//! Sealed messages: whoever reads the store learns neither addresses nor contents, whoever writes to it cannot send a message to
//! somebody else's account.

use login_guard_protocol::{MessageId, Transcript};
use zeroize::Zeroizing;

use super::{KeyUse, Keys, OpenError, SealError, aead};
use crate::entropy::Entropy;
use crate::store::models::AccountKey;

/// Seals a message for an account.
///
/// # Errors
/// [`SealError`].
pub fn seal_message(
    keys: &Keys,
    entropy: &dyn Entropy,
    key: &AccountKey,
    message: MessageId,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    aead::seal(keys, KeyUse::Outbox, entropy, &bound(key, message), plaintext)
}

/// Opens a message of an account.
///
/// # Errors
/// [`OpenError`] for everything that [`seal_message`] did not make for this account and id.
pub fn open_message(
    keys: &Keys,
    key: &AccountKey,
    message: MessageId,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    aead::open(keys, KeyUse::Outbox, &bound(key, message), sealed)
}

fn bound(key: &AccountKey, message: MessageId) -> Transcript {
    Transcript::new("login-guard/outbox/v1")
        .part(key.platform.as_str().as_bytes())
        .part(key.account.as_str().as_bytes())
        .part(message.as_bytes())
}
