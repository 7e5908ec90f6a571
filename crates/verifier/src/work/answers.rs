//! Which answers were taken and which refused, in bounded memory: refused ones are not tried again, right ones not derived again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use login_guard_protocol::{AttemptId, Digest, limits};

use crate::clock::Timestamp;

/// Most attempts in one half of the memory. When it is full the older half is forgotten early.
const MOST: usize = 32_768;

/// What is remembered of an attempt's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remembered {
    /// This answer was right.
    Right(Digest),
    /// An answer was wrong: the attempt takes none any more.
    Refused,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// None of an attempt without work.
    remembered: Option<Remembered>,
    openings: u32,
}

/// Two halves, each filled for as long as a nonce lives: whatever was written lives that long at least.
#[derive(Debug, Default)]
struct Halves {
    filled: HashMap<AttemptId, Entry>,
    before: HashMap<AttemptId, Entry>,
    since: Option<Timestamp>,
}

impl Halves {
    /// Turns the halves over where it is time, or where there is no room.
    fn turn(&mut self, now: Timestamp) {
        let since = *self.since.get_or_insert(now);
        let life_ms = limits::NONCE_LIFE_S * 1_000;
        let age_ms = now.millis_since(since);
        if age_ms >= life_ms || self.filled.len() >= MOST {
            let filled = std::mem::take(&mut self.filled);
            self.before = if age_ms >= 2 * life_ms { HashMap::new() } else { filled };
            self.since = Some(now);
        }
    }

    fn find(&mut self, attempt: AttemptId) -> Option<&mut Entry> {
        self.filled.get_mut(&attempt).or_else(|| self.before.get_mut(&attempt))
    }
}

/// The memory.
#[derive(Debug, Default)]
pub(super) struct Answers(Mutex<Halves>);

impl Answers {
    /// What is known of an attempt's answer.
    pub(super) fn recall(&self, attempt: AttemptId, now: Timestamp) -> Option<Remembered> {
        self.with(now, |halves| halves.find(attempt)?.remembered)
    }

    /// Remembers how an answer was found; what was refused stays refused.
    pub(super) fn remember(&self, attempt: AttemptId, remembered: Remembered, now: Timestamp) {
        self.with(now, |halves| {
            let known = halves.find(attempt).copied();
            let refused = known.is_some_and(|entry| entry.remembered == Some(Remembered::Refused));
            let remembered = Some(if refused { Remembered::Refused } else { remembered });
            halves.filled.insert(attempt, Entry { remembered, openings: known.map_or(0, |entry| entry.openings) });
        });
    }

    /// Counts that an attempt opens the way to a password hash; how often it did, this time included.
    pub(super) fn open(&self, attempt: AttemptId, now: Timestamp) -> u32 {
        self.with(now, |halves| {
            let openings = halves.find(attempt).map_or(0, |entry| entry.openings).saturating_add(1);
            match halves.find(attempt) {
                Some(entry) => entry.openings = openings,
                None => drop(halves.filled.insert(attempt, Entry { remembered: None, openings })),
            }
            openings
        })
    }

    fn with<T>(&self, now: Timestamp, act: impl FnOnce(&mut Halves) -> T) -> T {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        halves.turn(now);
        act(&mut halves)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(number: u64) -> AttemptId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        AttemptId::from_bytes(bytes)
    }

    #[test]
    fn refusals_outlive_the_nonce_and_are_not_taken_back() {
        let answers = Answers::default();
        let (right, life_ms) = (Remembered::Right(Digest::of(b"an answer")), limits::NONCE_LIFE_S * 1_000);
        let at = |ms| Timestamp::from_millis(1_000 + ms);
        answers.remember(attempt(0), right, at(0));
        answers.remember(attempt(1), Remembered::Refused, at(life_ms - 1));
        answers.remember(attempt(1), right, at(life_ms - 1));
        assert_eq!(answers.recall(attempt(0), at(life_ms)), Some(right));
        assert_eq!(answers.recall(attempt(1), at(2 * life_ms - 1)), Some(Remembered::Refused));
        assert_eq!(answers.recall(attempt(1), at(4 * life_ms)), None);
    }

    #[test]
    fn openings_are_counted_one_by_one() {
        let answers = Answers::default();
        let now = Timestamp::from_millis(1);
        answers.remember(attempt(0), Remembered::Refused, now);
        assert_eq!([(); 3].map(|()| answers.open(attempt(0), now)), [1, 2, 3]);
    }

    #[test]
    fn a_flood_takes_no_more_memory_than_both_halves() {
        let answers = Answers::default();
        let now = Timestamp::from_millis(1);
        for number in 0..3 * 32_768 {
            answers.remember(attempt(number), Remembered::Refused, now);
        }
        let halves = answers.0.lock().unwrap();
        assert!(halves.filled.len() <= MOST && halves.before.len() <= MOST);
    }
}
