//! The cookie ratchet of one device: a pure state machine that tells an honest browser from two copies of one.
//!
//! No I/O, no clock, no randomness, no keys: what [`Ratchet::look`] recognises, [`Ratchet::judge`] finds and the three
//! steps change is a function of the arguments. A device's cookie holds a *generation*. An allow gives the next one, in
//! two phases: the current generation stays good until one that was issued after it is shown. What was overtaken is
//! *superseded*. Replies may be lost, doubled or out of order, pages may post at once, and still an honest browser
//! never shows a superseded generation; of two copies that are both used, one soon does.
//!
//! - **Hold.** While log-ins follow each other within [`Settings::hold_s`], nothing is superseded, and those from one
//!   network get one and the same next generation: whatever is under way then carries something that is still good.
//!   Half of the hold is how long a request and its reply may be under way together.
//! - **Branches.** The current generation shown later, or from another network, gets a next generation of its own. A
//!   browser whose replies were lost holds the newest; two copies hold different ones, and one will overtake the other.
//! - **Confirmation.** What was shown is accepted for a few minutes more, from the confirming network only, in case
//!   the reply was lost. Everything else is superseded at once.
//! - **Fork.** One superseded use may be a restored back-up. The other branch alive after it, or a second superseded
//!   use after a confirmation that was used, is two machines; so is another machine or network at the first.

mod bytes;
#[cfg(test)]
mod tests;

use crate::clock::Timestamp;

/// Most next generations of one current generation; a browser that loses every reply gets the newest again.
pub const BRANCHES: u8 = 8;
/// Most superseded generations that are remembered; older ones are unknown, which is challenged as well.
pub const SUPERSEDED: usize = 32;
/// Most networks that are remembered.
pub const NETWORKS: usize = 16;
/// Log-ins that follow each other without pause are held for so many holds at most: whoever logs in without pause must not stop the ratchet.
const HOLDS: u64 = 10;
/// How long what was shown at a confirmation is accepted after it.
const LATE_S: u64 = 600;
/// How long a superseded use is remembered.
const MEMORY_S: u64 = 30 * 24 * 3_600;
/// The owner is written to once in so many seconds about one device.
const NOTICE_S: u64 = 3_600;

/// A generation as the store knows it: its keyed digest.
pub type GenerationDigest = [u8; 32];
/// A superseded generation: the beginning of its digest.
pub type Short = [u8; 8];
/// A network, as a keyed digest: addresses are not stored.
pub type Network = [u8; 8];

/// Derives the digest of a next generation: of this current one, with this number.
pub type Next<'a> = &'a dyn Fn(&GenerationDigest, u8) -> GenerationDigest;

/// What operators may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Seconds after an issue during which nothing is superseded.
    pub hold_s: u64,
}

/// When and from where a generation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Now.
    pub now: Timestamp,
    /// The client's network, if it is known.
    pub network: Option<Network>,
}

/// Whether the machine is the one that was enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Machine {
    /// It differs.
    Differs,
    /// It is, as far as can be told.
    Same,
}

/// What a generation is to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// The current one: the reply with the next was lost or is under way, or it went to a copy.
    Current,
    /// What was shown at a confirmation a moment ago.
    Late,
    /// A next one, with its number.
    Pending(u8),
    /// One that was overtaken.
    Superseded,
    /// None that is known of this device.
    Unknown,
}

impl Seen {
    /// Whether it is good.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Current | Self::Late | Self::Pending(_))
    }
}

/// What showing a generation together with the device's key tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Found {
    /// Two machines use the device.
    Forked,
    /// Nothing is amiss with the generation, or it is unknown.
    Sound,
    /// An overtaken generation: a restored back-up, or a copy.
    Superseded,
}

/// What is remembered of superseded uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// There was one, and the owner has confirmed since.
    Confirmed(Timestamp),
    /// There was none.
    #[default]
    None,
    /// There was one, and nobody has confirmed since.
    Open(Timestamp),
    /// There was one, the owner has confirmed since, and has logged in with what the confirmation gave.
    Used(Timestamp),
}

/// What a confirmation accepts for a while, in case its reply was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Late {
    generation: Short,
    network: Network,
    until: Timestamp,
}

/// The state: what is kept in a device's row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ratchet {
    current: GenerationDigest,
    /// How many next generations were issued.
    branches: u8,
    /// Since when log-ins have followed each other within the hold.
    held_since: Timestamp,
    /// When one was issued last.
    issued_at: Timestamp,
    /// Where to.
    issued_to: Network,
    late: Option<Late>,
    /// Newest first.
    superseded: Vec<Short>,
    doubt: Doubt,
    /// Newest first.
    networks: Vec<Network>,
    noticed_at: Option<Timestamp>,
}

impl Ratchet {
    /// A device that has this generation and nothing else.
    pub const fn new(current: GenerationDigest) -> Self {
        Self {
            current,
            branches: 0,
            held_since: Timestamp::from_millis(0),
            issued_at: Timestamp::from_millis(0),
            issued_to: [0; 8],
            late: None,
            superseded: Vec::new(),
            doubt: Doubt::None,
            networks: Vec::new(),
            noticed_at: None,
        }
    }

    /// The current generation.
    pub const fn current(&self) -> &GenerationDigest {
        &self.current
    }

    /// Whether a log-in of this device was allowed from this network before.
    pub fn knows_network(&self, network: Option<Network>) -> bool {
        network.is_some_and(|network| self.networks.contains(&network))
    }

    /// What a generation is to this device.
    pub fn look(&self, shown: &GenerationDigest, place: &Place, next: Next<'_>) -> Seen {
        let short = shorten(shown);
        let is_late =
            |late: &Late| late.generation == short && place.network == Some(late.network) && place.now < late.until;
        // keyed digests: equality in variable time tells nothing about the generation
        if *shown == self.current {
            Seen::Current
        } else if let Some(number) = (0..self.branches).rev().find(|number| next(&self.current, *number) == *shown) {
            Seen::Pending(number)
        } else if self.late.as_ref().is_some_and(is_late) {
            Seen::Late
        } else if self.superseded.contains(&short) {
            Seen::Superseded
        } else {
            Seen::Unknown
        }
    }

    /// Whether it is what was shown at a confirmation a moment ago, wherever it comes from.
    pub fn was_confirmed(&self, shown: &GenerationDigest, now: Timestamp) -> bool {
        self.late.as_ref().is_some_and(|late| late.generation == shorten(shown) && now < late.until)
    }

    /// What it tells that somebody who has the device's key shows such a generation, on such a machine.
    pub fn judge(&self, seen: Seen, machine: Machine, place: &Place) -> Found {
        let remembered = |at: Timestamp| place.now < at.plus_seconds(MEMORY_S);
        if seen == Seen::Superseded {
            let is_elsewhere = machine == Machine::Differs || !self.knows_network(place.network);
            // an old copy, while what the owner confirmed after another one is in use
            let is_second = matches!(self.doubt, Doubt::Used(at) if remembered(at));
            return if is_elsewhere || is_second { Found::Forked } else { Found::Superseded };
        }
        // one branch was overtaken and used, and the other lives
        let is_other = matches!(self.doubt, Doubt::Open(at) if remembered(at));
        if seen.is_live() && is_other { Found::Forked } else { Found::Sound }
    }

    /// After a log-in that was allowed with a live generation: the new state, and the number of the next generation
    /// that the browser is given, of the new state's current one.
    #[must_use]
    pub fn allowed(&self, seen: Seen, place: &Place, settings: &Settings, next: Next<'_>) -> (Self, u8) {
        let mut state = self.clone();
        let network = place.network.unwrap_or_default();
        let is_quiet = place.now >= state.issued_at.plus_seconds(settings.hold_s);
        let held = !is_quiet && place.now < state.held_since.plus_seconds(settings.hold_s.saturating_mul(HOLDS));
        match seen {
            Seen::Pending(number) if !held => state.promote(number, next),
            _ => {}
        }
        if is_quiet || state.branches == 0 {
            state.held_since = place.now;
        }
        if state.branches == 0 {
            state.branches = 1;
        } else if !(held && state.issued_to == network) {
            state.branches = state.branches.saturating_add(1).min(BRANCHES);
        }
        state.issued_at = place.now;
        state.issued_to = network;
        state.remember(place.network);
        if let (Doubt::Confirmed(at), Seen::Current | Seen::Pending(_)) = (state.doubt, seen) {
            state.doubt = Doubt::Used(at);
        }
        let number = state.branches.saturating_sub(1);
        (state, number)
    }

    /// After a challenge for what [`Self::judge`] found. Whether the owner should be told now comes along.
    #[must_use]
    pub fn doubted(&self, found: Found, place: &Place) -> (Self, Notice) {
        let mut state = self.clone();
        if found == Found::Sound {
            return (state, Notice::NotNow);
        }
        state.doubt = Doubt::Open(place.now);
        let due = self.noticed_at.is_none_or(|at| place.now >= at.plus_seconds(NOTICE_S));
        if !due {
            return (state, Notice::NotNow);
        }
        state.noticed_at = Some(place.now);
        (state, Notice::Due)
    }

    /// After a confirmation by a person: `fresh` is current, and everything older is superseded. `shown` is the generation that
    /// was shown, where the device knows it: it is accepted for ten minutes more from here. Give it only if it is not `fresh`.
    #[must_use]
    pub fn confirmed(
        &self,
        shown: Option<&GenerationDigest>,
        fresh: GenerationDigest,
        place: &Place,
        next: Next<'_>,
    ) -> Self {
        let mut state = self.clone();
        state.supersede(next, &fresh);
        state.current = fresh;
        state.late = match (shown, place.network) {
            (Some(shown), Some(network)) => {
                Some(Late { generation: shorten(shown), network, until: place.now.plus_seconds(LATE_S) })
            }
            _ => None,
        };
        state.doubt = match state.doubt {
            Doubt::None => Doubt::None,
            Doubt::Confirmed(at) | Doubt::Open(at) | Doubt::Used(at) => Doubt::Confirmed(at),
        };
        state.remember(place.network);
        state
    }

    /// The next generation with this number is current now; what it overtook is superseded.
    fn promote(&mut self, number: u8, next: Next<'_>) {
        let promoted = next(&self.current, number);
        self.supersede(next, &promoted);
        self.current = promoted;
    }

    /// Everything that is good is not any more, but for `kept`.
    fn supersede(&mut self, next: Next<'_>, kept: &GenerationDigest) {
        let pending = (0..self.branches).rev().map(|number| next(&self.current, number));
        let mut superseded: Vec<Short> =
            pending.chain([self.current]).filter(|digest| digest != kept).map(|digest| shorten(&digest)).collect();
        superseded.extend(&self.superseded);
        superseded.truncate(SUPERSEDED);
        self.superseded = superseded;
        self.branches = 0;
    }

    fn remember(&mut self, network: Option<Network>) {
        let Some(network) = network else { return };
        self.networks.retain(|known| *known != network);
        self.networks.insert(0, network);
        self.networks.truncate(NETWORKS);
    }
}

/// Whether the owner is to be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    /// Yes; the state says that it was done.
    Due,
    /// It was done a short while ago, or there is no cause.
    NotNow,
}

fn shorten(digest: &GenerationDigest) -> Short {
    let mut short = [0; 8];
    short.copy_from_slice(&digest[..8]);
    short
}
