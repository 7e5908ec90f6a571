//! The device that an attempt begins with, before anybody has said which account it is for.

use login_guard_protocol::KeyId;

use super::caller::Page;
use super::generations::{Generations, ratchet_of};
use super::ratchet::GenerationDigest;
use crate::seal::rows::{VerifiedDevice, verify_device};
use crate::services::Services;
use crate::store::{AccountKey, StoreError};

/// A device that is known by both halves.
#[derive(Debug)]
pub struct KnownDevice {
    /// Whose it is.
    pub account: AccountKey,
    /// Its row, authentic by itself; whether it is the account's newest state is for `assess` to see.
    pub device: VerifiedDevice,
}

/// The device of which this page holds the cookie, among those with the key. A page without a cookie is not looked up.
///
/// Good for sparing work and choosing what is asked, never for trust: no signature has come yet.
///
/// # Errors
/// [`StoreError`].
pub async fn find_known(services: &Services, page: &Page, key: &KeyId) -> Result<Option<KnownDevice>, StoreError> {
    let cookie = page.cookie();
    if cookie.is_empty() {
        return Ok(None);
    }
    let rows = services.store.devices_by_key(&page.platform, key).await?;
    Ok(rows.into_iter().find_map(|(account, row)| {
        let account = AccountKey { platform: page.platform.clone(), account };
        let device = verify_device(&services.keys, &account, row)?;
        let generations = Generations::of(services, &account);
        // the one place that says which generations are the device's
        let place = generations.place(page.address);
        // `assess` sees whether the reply to a confirmation was lost, and from which network: it must find the right seeds then, also
        // when the network changed since or is not told
        let is_late =
            |shown: &GenerationDigest| ratchet_of(&device).is_some_and(|state| state.was_confirmed(shown, place.now));
        let is_live = |shown| generations.look(&device, &shown, &place).is_live() || is_late(&shown);
        let is_own = device.public_key.key_id() == *key && generations.presented(&cookie).is_some_and(is_live);
        is_own.then_some(KnownDevice { account, device })
    }))
}
