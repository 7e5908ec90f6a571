//! Account heads that devices keep: the version of an account's rows, so that a rolled-back store shows.

use login_guard_protocol::{Transcript, base64url};
use subtle::ConstantTimeEq;

use super::{KeyUse, Keys, OpenError};
use crate::store::models::AccountKey;

/// An authentic head, as a device showed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The account's version when it was issued.
    pub version: u64,
    /// The restore epoch in which it was issued.
    pub epoch: u32,
}

/// Makes the head that a device is given: base64url of version, epoch and the first 16 bytes of their MAC.
pub fn issue_head(keys: &Keys, key: &AccountKey, version: u64, epoch: u32) -> String {
    let head = Head { version, epoch };
    let bytes = [version.to_be_bytes().as_slice(), &epoch.to_be_bytes(), &head_mac(keys, key, head)].concat();
    base64url::encode(&bytes)
}

/// Checks a head that a device showed for this account.
///
/// # Errors
/// [`OpenError`] when it is not one that was issued for this account.
pub fn check_head(keys: &Keys, key: &AccountKey, text: &str) -> Result<Head, OpenError> {
    if text.len() > HEAD_CHARACTERS {
        return Err(OpenError);
    }
    let bytes: [u8; 28] = base64url::decode_array(text).map_err(|_| OpenError)?;
    let (version, rest) = bytes.split_first_chunk::<8>().ok_or(OpenError)?;
    let (epoch, mac) = rest.split_first_chunk::<4>().ok_or(OpenError)?;
    let head = Head { version: u64::from_be_bytes(*version), epoch: u32::from_be_bytes(*epoch) };
    if head_mac(keys, key, head).as_slice().ct_eq(mac).into() { Ok(head) } else { Err(OpenError) }
}

/// Characters of a head: 28 bytes.
const HEAD_CHARACTERS: usize = 38;

fn head_mac(keys: &Keys, key: &AccountKey, head: Head) -> [u8; 16] {
    let transcript = Transcript::new("login-guard/head/v1")
        .part(key.platform.as_str().as_bytes())
        .part(key.account.as_str().as_bytes())
        .number(head.version)
        .number(head.epoch.into());
    let mut mac = [0; 16];
    mac.copy_from_slice(&keys.mac(KeyUse::Head, &transcript)[..16]);
    mac
}
