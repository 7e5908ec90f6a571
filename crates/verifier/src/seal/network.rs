//! The networks of a device: remembered as keyed digests, so that a reader of the store learns no address.

use std::net::IpAddr;

use login_guard_protocol::Transcript;

use super::{KeyUse, Keys};
use crate::store::models::AccountKey;

/// Names the network of an address for one account: an IPv4 /24, an IPv6 /64.
pub fn network_digest(keys: &Keys, key: &AccountKey, address: IpAddr) -> [u8; 8] {
    // an IPv4 network has three bytes and an IPv6 one eight, so that they never look alike
    let network = match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets()[..3].to_vec(),
        IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
    };
    let transcript = Transcript::new("login-guard/network/v1")
        .part(key.platform.as_str().as_bytes())
        .part(key.account.as_str().as_bytes())
        .part(&network);
    let mut digest = [0; 8];
    digest.copy_from_slice(&keys.mac(KeyUse::Network, &transcript)[..8]);
    digest
}
