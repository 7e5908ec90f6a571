//! How much work for whom. Pure: recent numbers in, an amount out.
//!
//! The longest wait is set by a slow phone. Assumed: 500,000 PBKDF2 iterations a second (a million compressions of SHA-256), an
//! estimate of 2026-11-22 for one core of about 1.5 GHz without SHA instructions, which published `openssl speed`
//! tables put at 60 to 90 MB/s; a core with them does several times as much. The desktop measured here does 5 to 8 million.
//!
//! | Level | Puzzles × tries | Iterations, mean | Slow phone | Who |
//! |---|---|---|---|---|
//! | 0 | none | 0 | 0 s | known devices |
//! | 1 | 16 × 4 | 128,000 | 0.3 s | unknown devices |
//! | 2 | 16 × 8 | 256,000 | 0.5 s | more than everyday |
//! | 3 | 32 × 8 | 512,000 | 1 s | four times that |
//! | 4 | 32 × 16 | 1,024,000 | 2 s | sixteen times that; the most for a whole platform |
//! | 5 | 56 × 16 | 1,792,000 | 3.6 s, 5 s in one case of a thousand | one network or account under attack |

use super::WorkSettings;

/// PBKDF2 iterations of one try: below a millisecond for the server's one derivation (0.3 to 0.6 ms measured for 2,000 to
/// 5,000 on 2026-11-22), and long enough for four in flight to keep every engine busy.
pub const ITERATIONS: u32 = 2_000;

/// Zero bits more for plain SHA-256: 4,096 compressions are about the 4,000 of one PBKDF2 try.
pub const SHA256_BITS_MORE: u32 = 12;

/// Attempts in ten minutes that a known device begins without work: ten tabs that renew theirs, and then some.
pub const SPARED_BEGINS: u32 = 200;

/// A wrong password counts as this many attempts: after five, the device works like an unknown one.
pub const WRONG_PASSWORD_WEIGHS: u32 = 40;

/// Where what was begun without work is not taken any more: as many attempts as are spared, and five wrong passwords besides.
pub const SPARED_MOST: u32 = SPARED_BEGINS + 5 * WRONG_PASSWORD_WEIGHS;

/// How often one answer opens the way to a password hash: a back end that asks again after a time-out, and no more.
pub const OPENINGS: u32 = 4;

/// Challenges in ten minutes that are everyday for one account, from browsers that it does not know.
const ACCOUNT_EVERYDAY: u32 = 3;

/// How often somebody came lately, this time included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressure {
    /// Attempts of unknown devices from the client's network in the last minute.
    pub network: u32,
    /// Attempts of unknown devices on the platform in the last minute.
    pub total: u32,
    /// Challenges of the account in the last ten minutes, from browsers that it does not know.
    pub account: u32,
}

/// An amount of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Effort(u32);

impl Effort {
    /// For an unknown device on a quiet day.
    pub const SMALL: Self = Self(1);
    /// The most that a whole platform's traffic asks of a stranger who did nothing.
    const TOTAL_MOST: Self = Self(4);
    /// The most that is ever asked.
    pub const MOST: Self = Self(5);

    /// 1 to 5.
    pub const fn level(self) -> u32 {
        self.0
    }

    /// Puzzles: the more, the more predictable the wait.
    pub const fn puzzles(self) -> u32 {
        match self.0 {
            0..=2 => 16,
            3..=4 => 32,
            _ => 56,
        }
    }

    /// Zero bits of a PBKDF2 result.
    pub const fn bits(self) -> u32 {
        match self.0 {
            0..=1 => 2,
            2..=3 => 3,
            _ => 4,
        }
    }
}

/// The rule: the most that any of the numbers asks for.
pub fn effort(pressure: Pressure, settings: &WorkSettings) -> Effort {
    let network = step(pressure.network, settings.network_per_minute, 4);
    let total = step(pressure.total, settings.total_per_minute, 4).min(Effort::TOTAL_MOST);
    let account = step(pressure.account, ACCOUNT_EVERYDAY, 2);
    network.max(total).max(account)
}

/// One level above what is everyday, another for each time that it is exceeded `factor`-fold.
fn step(count: u32, everyday: u32, factor: u32) -> Effort {
    let (mut level, mut threshold) = (Effort::SMALL.0, everyday.max(1));
    while count > threshold && level < Effort::MOST.0 {
        level += 1;
        threshold = threshold.saturating_mul(factor);
    }
    Effort(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Pressure = Pressure { network: 1, total: 1, account: 0 };

    fn asked(change: impl FnOnce(&mut Pressure)) -> u32 {
        let mut pressure = QUIET;
        change(&mut pressure);
        effort(pressure, &WorkSettings::default()).level()
    }

    #[test]
    fn work_rises_with_each_number_and_never_falls() {
        assert_eq!(asked(|_| ()), 1);
        assert_eq!(
            [20, 21, 80, 81, 320, 321, 1_280, 1_281, u32::MAX].map(|count| asked(|p| p.network = count)),
            [1, 2, 2, 3, 3, 4, 4, 5, 5]
        );
        assert_eq!([3, 4, 6, 7, 12, 13, 24, 25].map(|count| asked(|p| p.account = count)), [1, 2, 2, 3, 3, 4, 4, 5]);
        assert_eq!([600, 601, 2_401, 9_601].map(|count| asked(|p| p.total = count)), [1, 2, 3, 4]);
    }

    #[test]
    fn the_whole_platforms_traffic_never_asks_for_the_most() {
        assert_eq!(asked(|p| p.total = u32::MAX), 4);
        assert_eq!(asked(|p| (p.total, p.network) = (u32::MAX, u32::MAX)), 5);
    }

    #[test]
    fn no_level_makes_a_slow_phone_wait_for_more_than_five_seconds() {
        const SLOW_PHONE_ITERATIONS_PER_S: f64 = 500_000.0;
        for level in 1..=Effort::MOST.0 {
            let (puzzles, bits) = (f64::from(Effort(level).puzzles()), Effort(level).bits());
            let tries = 2_f64.powf(f64::from(bits));
            // tries of one puzzle are geometric: variance (1 - p) / p²
            let (mean, deviation) = (puzzles * tries, (puzzles * (1.0 - 1.0 / tries)).sqrt() * tries);
            let at_most_s = (mean + 3.0 * deviation) * f64::from(ITERATIONS) / SLOW_PHONE_ITERATIONS_PER_S;
            assert!(at_most_s <= 5.05, "level {level}: {at_most_s} s");
        }
    }

    #[test]
    fn settings_of_nought_do_not_ask_for_more_than_there_is() {
        let settings = WorkSettings { network_per_minute: 0, total_per_minute: 0, ..WorkSettings::default() };
        assert!(effort(QUIET, &settings) <= Effort::MOST);
    }
}
