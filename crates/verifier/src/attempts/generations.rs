//! The cookie of a device, between the pure [`Ratchet`] and its row: derives generations, names networks, writes states back.

use std::net::IpAddr;

use super::ratchet::{GenerationDigest, Place, Ratchet, Seen, Settings};
use super::record::ChallengeRecord;
use crate::seal::cookie::{DeviceCookie, Generation, derive_next, generation_digest, tag};
use crate::seal::network::network_digest;
use crate::seal::rows::VerifiedAccount;
use crate::services::Services;
use crate::store::{AccountKey, DeviceRow};

/// What generations are derived with: the keys, and whose device it is.
#[derive(Clone, Copy, Debug)]
pub struct Generations<'a> {
    services: &'a Services,
    key: &'a AccountKey,
}

impl<'a> Generations<'a> {
    /// Of this account.
    pub const fn of(services: &'a Services, key: &'a AccountKey) -> Self {
        Self { services, key }
    }

    /// Now, and the client's network if it is known.
    pub fn place(&self, address: Option<IpAddr>) -> Place {
        let network = address.map(|address| network_digest(&self.services.keys, self.key, address));
        Place { now: self.services.clock.now(), network }
    }

    /// The digest of the generation that a cookie has for the account.
    pub fn presented(&self, cookie: &DeviceCookie) -> Option<GenerationDigest> {
        cookie.generation_for(tag(&self.services.keys, self.key)).map(|generation| self.digest(generation))
    }

    /// The digest of a generation.
    pub fn digest(&self, generation: &Generation) -> GenerationDigest {
        generation_digest(&self.services.keys, self.key, generation)
    }

    /// What a generation is to a device; unknown to one whose state makes no sense.
    pub fn look(&self, row: &DeviceRow, shown: &GenerationDigest, place: &Place) -> Seen {
        ratchet_of(row).map_or(Seen::Unknown, |state| state.look(shown, place, &self.next(row)))
    }

    /// Moves a device on after a log-in that was allowed. Gives the next generation, for the browser.
    pub fn allow(&self, row: &mut DeviceRow, state: &Ratchet, seen: Seen, place: &Place) -> Generation {
        let settings = self.services.platforms.get(&self.key.platform);
        // a platform without settings has no callers either
        let settings = Settings { hold_s: settings.map_or(0, |settings| settings.cookie_hold_s) };
        let (state, number) = state.allowed(seen, place, &settings, &self.next(row));
        let generation = self.derive(row, state.current(), number);
        write(row, &state);
        generation
    }

    /// Gives a device that a person confirmed a generation of its own, and supersedes every older one.
    ///
    /// A generation that was made for this very attempt is as good as a fresh one: it stays, so that the loss of the reply
    /// costs nothing. Any other may be in somebody else's hands, and gives way to `fresh`.
    pub fn confirm(
        &self,
        row: &mut DeviceRow,
        shown: &GenerationDigest,
        fresh: Option<Generation>,
        place: &Place,
    ) -> Generation {
        let state = ratchet_of(row).unwrap_or_else(|| Ratchet::new(row.cookie_digest));
        let Some(fresh) = fresh else {
            let state = state.confirmed(None, *shown, place, &self.next(row));
            // shown while confirming, which is no use of what the confirmation gives
            return self.allow(row, &state, Seen::Late, place);
        };
        let known = state.look(shown, place, &self.next(row)) != Seen::Unknown;
        let state = state.confirmed(known.then_some(shown), self.digest(&fresh), place, &self.next(row));
        write(row, &state);
        fresh
    }

    /// Whether a browser that shows this generation is the one that was challenged: it shows the cookie that went along, or
    /// another page of it has logged in meanwhile with the same device.
    pub fn belongs(
        &self,
        account: &VerifiedAccount,
        challenge: &ChallengeRecord,
        shown: Option<&GenerationDigest>,
    ) -> bool {
        let Some(shown) = shown else { return false };
        let moved_on = || {
            let row = account.devices.iter().find(|row| Some(row.device) == challenge.device);
            row.is_some_and(|row| self.look(row, shown, &self.place(None)).is_live())
        };
        *shown == challenge.cookie_digest || moved_on()
    }

    fn next(&self, row: &DeviceRow) -> impl Fn(&GenerationDigest, u8) -> GenerationDigest {
        let device = row.device;
        move |current, number| self.digest(&derive_next(&self.services.keys, self.key, &device, current, number))
    }

    fn derive(&self, row: &DeviceRow, current: &GenerationDigest, number: u8) -> Generation {
        derive_next(&self.services.keys, self.key, &row.device, current, number)
    }
}

/// The state in a device's row; none when it makes no sense.
pub fn ratchet_of(row: &DeviceRow) -> Option<Ratchet> {
    Ratchet::from_bytes(row.cookie_digest, &row.ratchet)
}

/// Puts a state into a device's row.
pub fn write(row: &mut DeviceRow, state: &Ratchet) {
    row.cookie_digest = *state.current();
    row.ratchet = state.to_bytes();
}
