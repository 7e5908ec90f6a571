//! Names of releases and accounts where devices are counted: neither what facts say nor who was seen is stored.

use login_guard_protocol::{Platform, Transcript};

use super::{KeyUse, Keys};
use crate::store::models::AccountKey;

/// Keyed digest of a release, as its parts tell it.
pub fn release_tag(keys: &Keys, platform: &Platform, parts: &[&[u8]]) -> [u8; 16] {
    let named = Transcript::new("login-guard/release/v1").part(platform.as_str().as_bytes());
    tag(keys, &parts.iter().fold(named, |name, part| name.part(part)))
}

/// Keyed digest of an account, for counting it once.
pub fn sighting_tag(keys: &Keys, key: &AccountKey) -> [u8; 16] {
    let named = Transcript::new("login-guard/sighting/v1").part(key.platform.as_str().as_bytes());
    tag(keys, &named.part(key.account.as_str().as_bytes()))
}

fn tag(keys: &Keys, transcript: &Transcript) -> [u8; 16] {
    let mut tag = [0; 16];
    tag.copy_from_slice(&keys.mac(KeyUse::Sighting, transcript)[..16]);
    tag
}
