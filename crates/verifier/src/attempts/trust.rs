//! How a device comes to stand where it stands: the whole rule of trust and probation, pure.
//!
//! A device is trusted by what withstands phishing, or by a trusted device that vouches for it after a day's delay. Nothing that
//! a person can be talked into, no number of times and after no time, reaches trust; nor do devices on probation
//! vouch for each other.

use crate::clock::Timestamp;
use crate::store::DeviceRow;
use crate::store::models::Standing;

/// Seconds after which a device on probation may be acknowledged, and after which one that was vouched for may vouch itself:
/// long enough for an owner to notice what it does, and to be asleep meanwhile.
pub const REFLECTION_S: u64 = 24 * 3_600;

/// The `amr` of an approval, as rows keep it.
pub const APPROVED: &str = "lg-approval";
/// What rows keep of a device that an older one acknowledged.
pub const ACKNOWLEDGED: &str = "lg-acknowledgement";
/// What rows keep of a trusted device whose browser lost its key and kept its cookie, and was confirmed by something phishable.
pub const REKEYED: &str = "lg-rekeyed";
/// What rows keep of a device that was put back on probation.
pub const RESTARTED: &str = "lg-restarted";

/// Where a device stands, on what, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// How far it is trusted.
    pub standing: Standing,
    /// What that rests on: an `amr` value of a confirmation, [`ACKNOWLEDGED`], [`REKEYED`] or [`RESTARTED`].
    pub by: String,
    /// Since when.
    pub since: Timestamp,
    /// When it was first confirmed.
    pub enrolled_at: Timestamp,
}

/// Why a device may not vouch for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The one that vouches is not trusted, or only since a moment ago by another's word.
    Voucher,
    /// The other one is neither on probation nor trusted for a key that it lost.
    Settled,
    /// The other one has not been on probation for long enough; so many seconds are left.
    Early(u64),
    /// The one that vouches is no older than the other one.
    Younger,
}

impl Trust {
    /// As a row has it.
    pub fn of(row: &DeviceRow) -> Self {
        // rows from before the date was kept have stood there since they were enrolled
        let since = row.standing_since.max(row.enrolled_at);
        Self { standing: row.standing, by: row.confirmed_by.clone(), since, enrolled_at: row.enrolled_at }
    }

    /// Writes it into a row.
    #[must_use]
    pub fn into_row(self, row: DeviceRow) -> DeviceRow {
        let activity = if self.standing == Standing::Trusted { Vec::new() } else { row.activity };
        DeviceRow { standing: self.standing, confirmed_by: self.by, standing_since: self.since, activity, ..row }
    }

    /// After a person confirmed: `standing` is what the confirmation is worth, `by` its `amr` value. What is worth less than
    /// trust takes it away, and does not begin a probation anew that is under way.
    #[must_use]
    pub fn confirmed(known: Option<&Self>, (standing, by): (Standing, &str), now: Timestamp) -> Self {
        // what was kept without its key is settled by whatever gives trust, and begins there
        let kept = known.filter(|known| known.standing == standing && !known.is_rekeyed());
        let stays = |kept: &&Self| match standing {
            // what is another's does not become something better by a mailed code
            Standing::Probation => kept.is_anothers(),
            // and another's word takes nothing from a passkey
            _ => by == APPROVED,
        };
        let by = kept.filter(stays).map_or(by, |kept| &kept.by).to_owned();
        Self {
            standing,
            by,
            since: kept.map_or(now, |kept| kept.since),
            enrolled_at: known.map_or(now, |known| known.enrolled_at),
        }
    }

    /// After a browser that lost its key, and shows the cookie of this device from a network of its own, was confirmed under a
    /// new one. A cookie can be stolen, and the network be shared with the thief: what is worth less than trust keeps a trusted
    /// device's standing, and nothing else of it; what gives trust by itself inherits nothing.
    #[must_use]
    pub fn rekeyed(&self, (standing, by): (Standing, &str), now: Timestamp) -> Self {
        let confirmed = match (standing, self.standing) {
            (Standing::Trusted, _) | (_, Standing::Suspended) => Self::confirmed(None, (standing, by), now),
            (_, Standing::Trusted) => Self { by: REKEYED.to_owned(), ..self.clone() },
            (_, Standing::Probation) => Self::confirmed(Some(self), (standing, by), now),
        };
        // nobody has watched this key
        Self { since: now, enrolled_at: self.enrolled_at, ..confirmed }
    }

    /// Whether it is trusted for what another key was trusted for. No time ends that.
    fn is_rekeyed(&self) -> bool {
        self.standing == Standing::Trusted && self.by == REKEYED
    }

    /// Whether it stands where it stands by something else than a confirmation of its own.
    fn is_anothers(&self) -> bool {
        matches!(self.by.as_str(), APPROVED | ACKNOWLEDGED | REKEYED)
    }

    /// Whether its trust rests on another device's word and is less than a day old, or on another key.
    fn is_borrowed(&self, now: Timestamp) -> bool {
        self.is_rekeyed() || (self.is_anothers() && self.since.plus_seconds(REFLECTION_S) > now)
    }

    /// Whether it is trusted on its own account, or on a device's word: what counts where the account's factors are changed.
    pub fn is_settled(&self) -> bool {
        self.standing == Standing::Trusted && !self.is_rekeyed()
    }

    /// Whether it may vouch with effect on trust: lift a probation, acknowledge, remove others.
    pub fn may_vouch(&self, now: Timestamp) -> bool {
        self.standing == Standing::Trusted && !self.is_borrowed(now)
    }

    /// Whether it may approve at all. One on probation may, as a mailed code may, and to no more effect; one that stands on
    /// another's word may not: there are no chains.
    pub fn may_approve(&self, now: Timestamp) -> bool {
        match self.standing {
            Standing::Trusted => self.may_vouch(now),
            Standing::Probation => !self.is_anothers(),
            Standing::Suspended => false,
        }
    }

    /// What an approval by this device is worth: trust only when both sides share a network, and its holder showed a passkey.
    pub fn lifts(&self, shares_network: bool, by_passkey: bool, now: Timestamp) -> bool {
        shares_network && by_passkey && self.may_vouch(now)
    }

    /// After an older trusted device acknowledged it.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn acknowledged(&self, voucher: &Self, now: Timestamp) -> Result<Self, Unfit> {
        if !voucher.may_vouch(now) {
            return Err(Unfit::Voucher);
        }
        if self.standing != Standing::Probation && !self.is_rekeyed() {
            return Err(Unfit::Settled);
        }
        if voucher.enrolled_at >= self.enrolled_at && voucher.since >= self.since {
            return Err(Unfit::Younger);
        }
        let due = self.since.plus_seconds(REFLECTION_S);
        if due > now {
            return Err(Unfit::Early(due.millis_since(now).div_ceil(1000)));
        }
        let by = ACKNOWLEDGED.to_owned();
        Ok(Self { standing: Standing::Trusted, by, since: now, enrolled_at: self.enrolled_at })
    }

    /// After the password, a contact or the whole account was given to somebody new, who may not be the owner. A suspended
    /// device stays what it is.
    #[must_use]
    pub fn restarted(&self, now: Timestamp) -> Self {
        match self.standing {
            Standing::Suspended => self.clone(),
            Standing::Probation | Standing::Trusted => {
                // what rested on another's word, or on another key, does not come to rest on its own
                let kept = self.is_anothers() && (self.by != ACKNOWLEDGED || self.standing == Standing::Probation);
                let kept = kept || self.is_borrowed(now);
                let by = if kept { self.by.clone() } else { RESTARTED.to_owned() };
                Self { standing: Standing::Probation, by, since: now, enrolled_at: self.enrolled_at }
            }
        }
    }
}

#[cfg(test)]
mod tests;
