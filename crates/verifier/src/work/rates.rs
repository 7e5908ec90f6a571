//! How often somebody came lately, in bounded memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use login_guard_protocol::{KeyId, Platform};

use crate::clock::Timestamp;
use crate::store::AccountKey;

/// Most networks that are counted at once, and most of all else. A flood from more networks than this is counted as a whole only.
const MOST: usize = 16_384;
/// Milliseconds between two searches for room.
const SWEEP_EVERY_MS: u64 = 1_000;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Counted {
    /// Challenges of an account.
    Account(AccountKey),
    /// Attempts that a known device began.
    Device(Platform, KeyId),
    /// Attempts of unknown devices from a network.
    Network(Platform, String),
    /// Attempts of unknown devices.
    Platform(Platform),
}

impl Counted {
    /// Milliseconds that "lately" reaches back.
    const fn window_ms(&self) -> u64 {
        match self {
            Self::Network(..) | Self::Platform(_) => 60_000,
            Self::Account(_) | Self::Device(..) => 600_000,
        }
    }
}

/// Two windows: the one that runs, and the one before it.
#[derive(Clone, Copy, Debug, Default)]
struct Windows {
    number: u64,
    running: u32,
    before: u32,
}

impl Windows {
    /// As of the window `number`.
    fn at(self, number: u64) -> Self {
        match number.saturating_sub(self.number) {
            0 => self,
            1 => Self { number, running: 0, before: self.running },
            _ => Self { number, running: 0, before: 0 },
        }
    }

    /// The running window, and as much of the one before as still lies within reach.
    fn lately(self, now_ms: u64, window_ms: u64) -> u32 {
        let left = window_ms - now_ms % window_ms;
        let share = u64::from(self.before) * left / window_ms;
        self.running.saturating_add(u32::try_from(share).unwrap_or(u32::MAX))
    }
}

/// Sliding counters. Anybody can come from many networks, so that these have a table of their own: no flood of them makes room for
/// a known device that guesses passwords, or for an account under attack.
#[derive(Debug, Default)]
pub(super) struct Rates {
    networks: Mutex<Table>,
    others: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    all: HashMap<Counted, Windows>,
    swept_at_ms: u64,
}

impl Table {
    /// Makes room, at most once a second: a flood of new names must not have the whole table gone through for each.
    fn sweep(&mut self, now_ms: u64) {
        if now_ms.saturating_sub(self.swept_at_ms) >= SWEEP_EVERY_MS {
            self.swept_at_ms = now_ms;
            self.all.retain(|what, windows| {
                let window_ms = what.window_ms();
                windows.at(now_ms / window_ms).lately(now_ms, window_ms) > 0
            });
        }
    }
}

impl Rates {
    fn table(&self, what: &Counted) -> MutexGuard<'_, Table> {
        let table = if matches!(what, Counted::Network(..)) { &self.networks } else { &self.others };
        table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts `weight` and gives how much came lately, this included.
    pub(super) fn count(&self, what: Counted, weight: u32, now: Timestamp) -> u32 {
        let (now_ms, window_ms) = (now.as_millis(), what.window_ms());
        let mut table = self.table(&what);
        if table.all.len() >= MOST && !table.all.contains_key(&what) {
            table.sweep(now_ms);
            // the whole platform is always counted: it says when there are too many to count
            if table.all.len() >= MOST && !matches!(what, Counted::Platform(_)) {
                return weight;
            }
        }
        let windows = table.all.entry(what).or_default();
        *windows = windows.at(now_ms / window_ms);
        windows.running = windows.running.saturating_add(weight);
        windows.lately(now_ms, window_ms)
    }

    /// How much came lately.
    pub(super) fn lately(&self, what: &Counted, now: Timestamp) -> u32 {
        let (now_ms, window_ms) = (now.as_millis(), what.window_ms());
        let table = self.table(what);
        table.all.get(what).map_or(0, |windows| windows.at(now_ms / window_ms).lately(now_ms, window_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform() -> Platform {
        Platform::parse("acex").unwrap()
    }

    #[test]
    fn what_came_a_window_ago_is_forgotten_bit_by_bit() {
        let rates = Rates::default();
        let at = Timestamp::from_millis;
        for _ in 0..100 {
            rates.count(Counted::Platform(platform()), 1, at(120_000));
        }
        let lately = |ms| rates.lately(&Counted::Platform(platform()), at(ms));
        assert_eq!([120_000, 179_999, 180_000, 210_000, 239_400, 240_000].map(lately), [100, 100, 100, 50, 1, 0]);
    }

    #[test]
    fn more_networks_than_are_counted_take_no_more_memory() {
        let rates = Rates::default();
        let now = Timestamp::from_millis(1_000);
        for number in 0..MOST + 100 {
            rates.count(Counted::Network(platform(), number.to_string()), 1, now);
        }
        assert_eq!(rates.networks.lock().unwrap().all.len(), MOST);
        assert_eq!(rates.count(Counted::Platform(platform()), 5, now), 5);
        // a window later there is room again
        let later = Timestamp::from_millis(180_000);
        assert_eq!(rates.count(Counted::Network(platform(), "new".into()), 1, later), 1);
        assert!(rates.networks.lock().unwrap().all.len() < 10);
    }

    #[test]
    fn a_flood_of_networks_does_not_hide_a_device_that_guesses() {
        let rates = Rates::default();
        let now = Timestamp::from_millis(1_000);
        for number in 0..MOST + 100 {
            rates.count(Counted::Network(platform(), number.to_string()), 1, now);
        }
        let device = || Counted::Device(platform(), KeyId::from_bytes([7; 32]));
        rates.count(device(), 40, now);
        assert_eq!(rates.count(device(), 40, now), 80);
    }
}
