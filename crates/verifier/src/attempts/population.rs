//! The population guard at work: known devices are counted under their browser release, and what the population shows is not held
//! against one of them.
//!
//! Only a device recognised whole is counted or excused, once for each account and window; nothing is read unless something
//! changed. What counts make a shift is decided in [`crate::matching::population`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use login_guard_protocol::Platform;
use login_guard_protocol::evidence::Evidence;

use super::judge::{Judged, enrolled_evidence};
use crate::clock::Timestamp;
use crate::matching::population::{Discounts, Release, Shift, is_prevalent, shift_name, shifts};
use crate::matching::{adopt_within, compare_within};
use crate::rules::{Circumstances, Head, Recognised, Rows};
use crate::seal::rows::VerifiedDevice;
use crate::seal::sighting::{release_tag, sighting_tag};
use crate::services::Services;
use crate::store::{AccountKey, Change, Sighting, StoreError};

/// Sightings are kept in windows of this length. This one and the one before are looked at: the last hour, up to two.
const WINDOW_S: u64 = 3_600;
/// A device counts from this age on. Accounts bought this morning are no population.
const COUNTED_FROM_S: u64 = 7 * 24 * 3_600;
/// Counts are read anew after so many milliseconds for each device in them, because in a shift most logins ask for them: the
/// more devices, the longer it takes to count them, and the less a single one changes.
const FRESH_MS_A_DEVICE: u64 = 5;
/// The longest time for which counts are fresh.
const FRESH_MS: u64 = 5_000;
/// Most releases whose counts are remembered. Anybody with a known device may name one more.
const RELEASES: usize = 256;

/// What one process remembers of counts, and which shifts it has told of.
#[derive(Debug, Default)]
pub struct Population(Mutex<Memory>);

/// Accounts by shift.
type Counts = BTreeMap<String, u32>;

#[derive(Debug, Default)]
struct Memory {
    counts: BTreeMap<[u8; 16], (Timestamp, Arc<Counts>)>,
    told: BTreeSet<(Timestamp, [u8; 16], &'static str, Shift, bool)>,
}

/// Judges a device that was recognised whole once more, within its population. Gives what is to be counted, in the commit
/// of the verdict.
///
/// # Errors
/// [`StoreError`], with nothing decided.
pub async fn weigh_in(
    services: &Services,
    key: &AccountKey,
    judged: &mut Judged<'_>,
    today: &Evidence,
) -> Result<Vec<Change>, StoreError> {
    let (Some(device), Some(enrolled)) = (judged.by_key, &judged.enrolled) else { return Ok(Vec::new()) };
    let found = look(services, &key.platform, enrolled, today, &mut judged.circumstances).await?;
    let Some(Found { tags, shifts, discounts }) = found else { return Ok(Vec::new()) };
    if !discounts.is_empty() {
        judged.adopted = adopt_within(enrolled, today, &discounts);
    }
    let now = services.clock.now();
    let window = window(now);
    let is_old = now.millis_since(device.enrolled_at) >= COUNTED_FROM_S * 1_000;
    if !is_old {
        return Ok(Vec::new());
    }
    let sighting = |(release, shift)| {
        let (account, expires_at) = (sighting_tag(&services.keys, key), window.plus_seconds(2 * WINDOW_S));
        Change::PutSighting(Sighting { release, account, shift, window, expires_at })
    };
    let seen = [tags.any_version, tags.release].map(|tag| (tag, String::new()));
    let named = shifts.into_iter().map(|(component, shift)| (tags.release, shift_name(component, shift)));
    Ok(seen.into_iter().chain(named).map(sighting).collect())
}

/// Judges a device of which key and cookie were proved while confirming once more, within its population.
///
/// # Errors
/// [`StoreError`].
pub async fn weigh_in_proved(
    services: &Services,
    key: &AccountKey,
    device: &VerifiedDevice,
    today: &Evidence,
    circumstances: &mut Circumstances,
) -> Result<(), StoreError> {
    look(services, &key.platform, &enrolled_evidence(device), today, circumstances).await.map(drop)
}

/// What was found of a device and its release.
struct Found {
    tags: Tags,
    shifts: Vec<(&'static str, Shift)>,
    discounts: Discounts,
}

/// Looks a device's shifts up in its population. Nothing for a device that was not recognised whole, on an account in good order.
async fn look(
    services: &Services,
    platform: &Platform,
    enrolled: &Evidence,
    today: &Evidence,
    circumstances: &mut Circumstances,
) -> Result<Option<Found>, StoreError> {
    let in_order = circumstances.rows == Rows::Intact && circumstances.head == Head::Current;
    let known = matches!(circumstances.device, Recognised::Device(_)) && in_order;
    let compared = circumstances.comparison.as_ref().filter(|_| known);
    let (Some(comparison), Some(release)) = (compared, Release::of(enrolled, today)) else { return Ok(None) };
    let (tags, shifts) = (Tags::of(services, platform, &release), shifts(comparison, today));
    let found = |shifts, discounts| Ok(Some(Found { tags, shifts, discounts }));
    if shifts.is_empty() {
        return found(shifts, Discounts::default());
    }
    let now = services.clock.now();
    let counts = services.population.counts(services, platform, tags.release, now).await?;
    let discounts = Discounts::of(&release, &counts);
    if discounts.is_empty() {
        return found(shifts, discounts);
    }
    let of_all = services.population.counts(services, platform, tags.any_version, now).await?;
    let is_refused = !is_prevalent(seen(&counts), seen(&of_all));
    services.population.tell(platform, &release, (window(now), tags.release), (&discounts, is_refused), &counts);
    if is_refused {
        return found(shifts, Discounts::default());
    }
    circumstances.comparison = Some(compare_within(enrolled, today, &discounts));
    found(shifts, discounts)
}

/// How many accounts were seen.
fn seen(counts: &Counts) -> u32 {
    counts.get("").copied().unwrap_or_default()
}

impl Population {
    /// The counts of a release in this window and the one before, read anew unless they are fresh.
    async fn counts(
        &self,
        services: &Services,
        platform: &Platform,
        release: [u8; 16],
        now: Timestamp,
    ) -> Result<Arc<Counts>, StoreError> {
        let is_fresh = |read: Timestamp, counts: &Counts| {
            now >= read && now.millis_since(read) < FRESH_MS.min(u64::from(seen(counts)) * FRESH_MS_A_DEVICE)
        };
        let remembered = self.locked(|memory| memory.counts.get(&release).cloned());
        if let Some((_, counts)) = remembered.filter(|(read, counts)| is_fresh(*read, counts)) {
            return Ok(counts);
        }
        let since = Timestamp::from_millis(window(now).as_millis().saturating_sub(WINDOW_S * 1_000));
        let counts = Arc::new(services.store.sightings(platform, release, since).await?);
        self.locked(|memory| {
            memory.counts.retain(|_, (read, counts)| is_fresh(*read, counts));
            if memory.counts.len() < RELEASES {
                memory.counts.insert(release, (now, Arc::clone(&counts)));
            }
        });
        Ok(counts)
    }

    /// Alarms once for each shift of a release in a window, and once if it is refused because the release is too rare: a roll-out
    /// that has begun, or a version that somebody made up.
    fn tell(
        &self,
        platform: &Platform,
        release: &Release,
        (window, tag): (Timestamp, [u8; 16]),
        (discounts, is_refused): (&Discounts, bool),
        counts: &Counts,
    ) {
        let new: Vec<(&'static str, Shift)> = self.locked(|memory| {
            memory.told.retain(|(told_in, ..)| *told_in == window);
            let each = discounts.iter();
            each.filter(|(component, shift)| memory.told.insert((window, tag, component, *shift, is_refused))).collect()
        });
        let count = |name: &str| counts.get(name).copied().unwrap_or_default();
        for (component, shift) in new {
            let name = shift_name(component, shift);
            tracing::warn!(
                alarm = if is_refused { "population-refused" } else { "population-shift" },
                population.platform = %platform,
                population.browser = release.browser.as_str(),
                population.version = release.version,
                population.system = release.platform.as_str(),
                population.upgraded = release.is_upgrade,
                population.shift = name,
                population.shifted = count(&name),
                population.seen = seen(counts),
                "many known devices of one browser release changed alike"
            );
        }
    }

    fn locked<T>(&self, with: impl FnOnce(&mut Memory) -> T) -> T {
        // nothing under the lock panics half-way
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The names under which devices are counted.
#[derive(Clone, Copy, Debug)]
struct Tags {
    release: [u8; 16],
    /// The same browser, brand and system, whatever version they say.
    any_version: [u8; 16],
}

impl Tags {
    fn of(services: &Services, platform: &Platform, release: &Release) -> Self {
        let brand = release.brand.as_deref().unwrap_or_default();
        let version = release.version.to_string();
        let upgrade: &[u8] = if release.is_upgrade { b"upgrade" } else { b"" };
        let [browser, brand, version, system] =
            [release.browser.as_str(), brand, &version, release.platform.as_str()].map(str::as_bytes);
        Self {
            release: release_tag(&services.keys, platform, &[browser, brand, version, system, upgrade]),
            any_version: release_tag(&services.keys, platform, &[browser, brand, system]),
        }
    }
}

/// The beginning of the window that holds a moment.
fn window(now: Timestamp) -> Timestamp {
    Timestamp::from_millis((now.as_seconds() - now.as_seconds() % WINDOW_S) * 1_000)
}

#[cfg(test)]
mod tests;
