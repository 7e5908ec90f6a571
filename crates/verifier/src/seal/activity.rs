//! Sealed activity of devices on probation: addresses and times, for nobody but the owner.

use login_guard_protocol::{DeviceId, Transcript};
use zeroize::Zeroizing;

use super::{KeyUse, Keys, OpenError, SealError, aead};
use crate::entropy::Entropy;
use crate::store::models::AccountKey;

/// Seals what a device did.
///
/// # Errors
/// [`SealError`].
pub fn seal_activity(
    keys: &Keys,
    entropy: &dyn Entropy,
    key: &AccountKey,
    device: DeviceId,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    aead::seal(keys, KeyUse::Activity, entropy, &bound(key, device), plaintext)
}

/// Opens what a device did.
///
/// # Errors
/// [`OpenError`] for everything that [`seal_activity`] did not make for this account and device.
pub fn open_activity(
    keys: &Keys,
    key: &AccountKey,
    device: DeviceId,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    aead::open(keys, KeyUse::Activity, &bound(key, device), sealed)
}

fn bound(key: &AccountKey, device: DeviceId) -> Transcript {
    Transcript::new("login-guard/activity/v1")
        .part(key.platform.as_str().as_bytes())
        .part(key.account.as_str().as_bytes())
        .part(device.as_bytes())
}

#[cfg(test)]
mod tests {
    use login_guard_protocol::{AccountId, Platform};

    use super::*;
    use crate::entropy::SeededEntropy;
    use crate::secret::Secret;

    #[test]
    fn activity_opens_for_its_own_account_and_device_alone() {
        let keys = Keys::derive(&Secret::new((0..32).collect())).unwrap();
        let key = |platform: &str, account: &str| AccountKey {
            platform: Platform::parse(platform).unwrap(),
            account: AccountId::parse(account).unwrap(),
        };
        let (own, device) = (key("acex", "u-1"), DeviceId::from_bytes([1; 16]));
        let sealed = seal_activity(&keys, &SeededEntropy::new(1), &own, device, b"log-ins").unwrap();
        assert_eq!(open_activity(&keys, &own, device, &sealed).unwrap().as_slice(), b"log-ins");
        for (key, device) in [
            (key("acex", "u-2"), device),
            (key("bcex", "u-1"), device),
            (key("acex", "u-1"), DeviceId::from_bytes([2; 16])),
        ] {
            assert_eq!(open_activity(&keys, &key, device, &sealed), Err(OpenError));
        }
    }
}
