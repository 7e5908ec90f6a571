//! What codes cost, so that strangers neither guess one nor flood the owner, and never spend the budget of a known browser.
//!
//! Budgets are counted by account and network (an IPv6 /64), and for the account from all networks together; browsers whose
//! cookie is known have lanes of their own.

use crate::clock::Timestamp;
use crate::problem::Problem;
use crate::seal::budget::budget_name;
use crate::services::{PlatformSettings, Services};
use crate::store::{AccountKey, Budget, Change};
use login_guard_protocol::problem::ProblemCode;

const HOUR_S: u64 = 3_600;
const DAY_S: u64 = 24 * HOUR_S;
/// Answers of all strangers together are counted in windows of this length: an owner on a new device who meets an
/// exhausted one waits hours, not a day.
const STRANGERS_WINDOW_S: u64 = 6 * HOUR_S;
/// Answers that browsers whose cookie is known may give for one account in a day, from all networks: where NIST SP
/// 800-63B-4 section 3.2.2 stops.
const KNOWN_ANSWERS_A_DAY: u32 = 100;
/// Answers of six digits for one account in a day, from all networks, in each of the two lanes: three of a million codes are right
/// at a time, so that guessing succeeds on one day in 33,000.
const SHORT_ANSWERS_A_DAY: u32 = 10;
/// Strangers of all networks together may have so many times the sends of one network.
const STRANGERS_SENDS: u32 = 5;

/// Whose codes are counted together.
#[derive(Clone, Copy, Debug)]
pub struct Lane<'a> {
    /// The account.
    pub account: &'a AccountKey,
    /// Whether the browser's cookie is known.
    pub known: bool,
    /// The client's network.
    pub network: &'a str,
}

/// Budgets that are charged together, and when the longest of their windows ends.
#[derive(Clone, Debug)]
pub struct Charges {
    budgets: Vec<Budget>,
    retry_after_s: u64,
}

impl Lane<'_> {
    /// What sending one code costs.
    pub fn send(&self, services: &Services, settings: &PlatformSettings, now: Timestamp) -> Charges {
        let mut windows = vec![(self.network, HOUR_S, settings.sends_per_hour)];
        if !self.known {
            windows.push(("", HOUR_S, settings.sends_per_hour.saturating_mul(STRANGERS_SENDS)));
        }
        self.charges(services, "mail-code-sends", now, &windows)
    }

    /// What one answer costs, right or wrong: an exhausted budget accepts neither.
    pub fn answer(&self, services: &Services, settings: &PlatformSettings, now: Timestamp) -> Charges {
        let mut windows = vec![(self.network, DAY_S, settings.answers_per_day)];
        windows.push(if self.known {
            ("", DAY_S, KNOWN_ANSWERS_A_DAY)
        } else {
            // of a quarter of the day, a quarter more than one network may give in all of it
            ("", STRANGERS_WINDOW_S, settings.answers_per_day + settings.answers_per_day / 4)
        });
        self.charges(services, "mail-code-answers", now, &windows)
    }

    /// What one answer of six digits costs: as any other, and a day has few of them, since an app shows three codes that are right.
    pub fn short_answer(&self, services: &Services, settings: &PlatformSettings, now: Timestamp) -> Charges {
        let mut charges = self.answer(services, settings, now);
        let short = self.charges(services, "short-answers", now, &[("", DAY_S, SHORT_ANSWERS_A_DAY)]);
        charges.budgets.extend(short.budgets);
        charges.retry_after_s = charges.retry_after_s.max(short.retry_after_s);
        charges
    }

    fn charges(&self, services: &Services, what: &str, now: Timestamp, windows: &[(&str, u64, u32)]) -> Charges {
        let lane: &[u8] = if self.known { b"known" } else { b"unknown" };
        let budgets = windows.iter().map(|(network, window_s, limit)| {
            let name = [what.as_bytes(), self.account.account.as_str().as_bytes(), lane, network.as_bytes()];
            let window = Timestamp::from_millis((now.as_seconds() - now.as_seconds() % window_s) * 1000);
            let expires_at = window.plus_seconds(2 * window_s);
            Budget { name: budget_name(&services.keys, &name), window, limit: *limit, expires_at }
        });
        let rest = windows.iter().map(|(_, window_s, _)| window_s - now.as_seconds() % window_s);
        Charges { retry_after_s: rest.max().unwrap_or(0), budgets: budgets.collect() }
    }
}

impl Charges {
    /// The changes that charge them.
    pub fn charge(&self) -> Vec<Change> {
        self.budgets.iter().cloned().map(Change::ChargeBudget).collect()
    }

    /// The changes that give them back.
    pub fn refund(&self) -> Vec<Change> {
        self.budgets.iter().cloned().map(Change::RefundBudget).collect()
    }

    /// What a caller is told who meets an exhausted one.
    pub fn exhausted(&self, code: ProblemCode) -> Problem {
        Problem::new(code).member("retry_after_s", self.retry_after_s)
    }
}
