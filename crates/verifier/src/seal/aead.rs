//! AES-256-GCM with a fresh key for each message, so that no number of messages wears a key out.
//!
//! 24 random bytes go in front: an HMAC of the first half makes the message's key, the second half is its nonce. With
//! 192 random bits a repetition is out of reach; with the cipher's own 96 it is a matter of 2^32 messages (NIST SP
//! 800-38D section 8.3), which a busy platform issues within a year.

use login_guard_protocol::Transcript;
use ring::aead;
use zeroize::Zeroizing;

use super::{KeyUse, Keys, OpenError, SealError};
use crate::entropy::{Entropy, make_bytes};

/// Bytes in front of the ciphertext.
const SALT_BYTES: usize = 24;

/// Seals `plaintext`; `bound` must be the same when it is opened.
pub(super) fn seal(
    keys: &Keys,
    of: KeyUse,
    entropy: &dyn Entropy,
    bound: &Transcript,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    let salt: [u8; SALT_BYTES] = make_bytes(entropy)?;
    let (key, nonce) = message_key(keys, of, &salt).ok_or(SealError::Cipher)?;
    let mut sealed = Vec::with_capacity(SALT_BYTES + plaintext.len() + aead::AES_256_GCM.tag_len());
    sealed.extend_from_slice(&salt);
    sealed.extend_from_slice(plaintext);
    let body = sealed.get_mut(SALT_BYTES..).ok_or(SealError::Cipher)?;
    let tag = key
        .seal_in_place_separate_tag(nonce, aead::Aad::from(bound.as_bytes()), body)
        .map_err(|_| SealError::Cipher)?;
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed)
}

/// Opens what [`seal`] made for the same use and the same `bound`.
pub(super) fn open(
    keys: &Keys,
    of: KeyUse,
    bound: &Transcript,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (salt, body) = sealed.split_first_chunk::<SALT_BYTES>().ok_or(OpenError)?;
    let (key, nonce) = message_key(keys, of, salt).ok_or(OpenError)?;
    let mut body = Zeroizing::new(body.to_vec());
    let length = key.open_in_place(nonce, aead::Aad::from(bound.as_bytes()), &mut body).map_err(|_| OpenError)?.len();
    body.truncate(length);
    Ok(body)
}

/// The key and nonce of one message.
fn message_key(keys: &Keys, of: KeyUse, salt: &[u8; SALT_BYTES]) -> Option<(aead::LessSafeKey, aead::Nonce)> {
    let (half, nonce) = salt.split_at_checked(SALT_BYTES - aead::NONCE_LEN)?;
    let bytes = Zeroizing::new(keys.mac(of, &Transcript::new("login-guard/message-key/v1").part(half)));
    let key = aead::UnboundKey::new(&aead::AES_256_GCM, bytes.as_slice()).ok()?;
    Some((aead::LessSafeKey::new(key), aead::Nonce::try_assume_unique_for_key(nonce).ok()?))
}
