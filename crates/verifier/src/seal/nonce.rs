//! Sealed nonces: what an attempt began with, carried by the browser so that nothing is written until it is spent.

use login_guard_protocol::{Platform, Transcript, base64url};
use zeroize::Zeroizing;

use super::{KeyUse, Keys, OpenError, SealError, aead};
use crate::entropy::Entropy;

/// Longest sealed nonce that is looked at, in characters: it travels inside a proof.
pub const NONCE_CHARACTERS: usize = 2048;

/// Seals what an attempt began with, for one platform; base64url.
///
/// # Errors
/// [`SealError`].
pub fn seal_nonce(
    keys: &Keys,
    entropy: &dyn Entropy,
    platform: &Platform,
    plaintext: &[u8],
) -> Result<String, SealError> {
    let sealed = aead::seal(keys, KeyUse::Nonce, entropy, &bound(platform), plaintext)?;
    Ok(base64url::encode(&sealed))
}

/// Opens a nonce of the same platform.
///
/// # Errors
/// [`OpenError`] for everything that [`seal_nonce`] did not make for this platform under these keys.
pub fn open_nonce(keys: &Keys, platform: &Platform, nonce: &str) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    if nonce.len() > NONCE_CHARACTERS {
        return Err(OpenError);
    }
    let sealed = base64url::decode(nonce).map_err(|_| OpenError)?;
    aead::open(keys, KeyUse::Nonce, &bound(platform), &sealed)
}

fn bound(platform: &Platform) -> Transcript {
    Transcript::new("login-guard/nonce/v1").part(platform.as_str().as_bytes())
}
