//! Event streams: each holds a connection open, so that there is a place for so many and no more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use login_guard_protocol::AttemptId;

/// Streams of one attempt at once: a page, and the one that it was reloaded from.
const OF_ONE: usize = 2;
/// Streams of all attempts at once: an eighth of the listener's connections. Who finds no place asks now and then instead.
const OF_ALL: usize = 512;

/// Who listens.
#[derive(Clone, Debug, Default)]
pub struct Streams(Arc<Mutex<BTreeMap<AttemptId, usize>>>);

impl Streams {
    /// A place, if there is one.
    pub fn enter(&self, attempt: AttemptId) -> Option<Place> {
        let mut streams = self.streams();
        let all: usize = streams.values().sum();
        let own = streams.get(&attempt).copied().unwrap_or(0);
        if all >= OF_ALL || own >= OF_ONE {
            return None;
        }
        streams.insert(attempt, own + 1);
        Some(Place { streams: self.clone(), attempt })
    }

    fn streams(&self) -> MutexGuard<'_, BTreeMap<AttemptId, usize>> {
        // nothing below panics half-way
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream's place, given back when it is dropped.
#[derive(Debug)]
pub struct Place {
    streams: Streams,
    attempt: AttemptId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = self.streams.streams();
        match streams.get_mut(&self.attempt) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                streams.remove(&self.attempt);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(number: usize) -> AttemptId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        AttemptId::from_bytes(bytes)
    }

    #[test]
    fn attempt_has_two_places_and_gives_them_back() {
        let streams = Streams::default();
        let first = streams.enter(attempt(1)).unwrap();
        let second = streams.enter(attempt(1)).unwrap();
        assert!(streams.enter(attempt(1)).is_none());
        drop(first);
        let third = streams.enter(attempt(1)).unwrap();
        assert!(streams.enter(attempt(1)).is_none());
        drop((second, third));
        assert!(streams.streams().is_empty());
    }

    #[test]
    fn all_together_have_so_many() {
        let streams = Streams::default();
        let places: Vec<Place> = (0..OF_ALL).map(|number| streams.enter(attempt(number)).unwrap()).collect();
        assert!(streams.enter(attempt(OF_ALL)).is_none());
        drop(places);
        assert!(streams.enter(attempt(OF_ALL)).is_some());
    }
}
