//! How many answers are checked at once. A check costs up to a millisecond of processor time, and sending a wrong answer costs
//! nothing: so checks have half of the processors at most, and one network only a few places in the queue. Known devices
//! have nothing to be checked and never wait here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Answers that wait or are checked, from everywhere: about a tenth of a second for each processor.
const QUEUE: usize = 256;
/// Of these, from one network.
const QUEUE_OF_NETWORK: u32 = 16;

/// The places.
#[derive(Debug)]
pub(super) struct Lanes {
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    networks: Arc<Mutex<HashMap<String, u32>>>,
}

impl Default for Lanes {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            running: Arc::new(Semaphore::new((processors / 2).max(1))),
            queue: Arc::new(Semaphore::new(QUEUE)),
            networks: Arc::default(),
        }
    }
}

impl Lanes {
    /// Waits for a place; none when too many wait already.
    pub(super) async fn enter(&self, network: &str) -> Option<Lane> {
        let place = Arc::clone(&self.queue).try_acquire_owned().ok()?;
        let of_network = OfNetwork::take(&self.networks, network)?;
        let running = Arc::clone(&self.running).acquire_owned().await.ok()?;
        Some(Lane { _running: running, _of_network: of_network, _place: place })
    }
}

/// A place, given back when dropped.
#[derive(Debug)]
pub(super) struct Lane {
    _running: OwnedSemaphorePermit,
    _of_network: OfNetwork,
    _place: OwnedSemaphorePermit,
}

/// One of a network's places.
#[derive(Debug)]
struct OfNetwork {
    networks: Arc<Mutex<HashMap<String, u32>>>,
    network: String,
}

impl OfNetwork {
    fn take(networks: &Arc<Mutex<HashMap<String, u32>>>, network: &str) -> Option<Self> {
        let mut taken = networks.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(network.to_owned()).or_default();
        if *count >= QUEUE_OF_NETWORK {
            return None;
        }
        *count += 1;
        Some(Self { networks: Arc::clone(networks), network: network.to_owned() })
    }
}

impl Drop for OfNetwork {
    fn drop(&mut self) {
        let mut taken = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_network_leaves_places_for_others_and_gives_its_own_back() {
        let lanes = Lanes { running: Arc::new(Semaphore::new(QUEUE)), ..Lanes::default() };
        let mut held = Vec::new();
        for _ in 0..QUEUE_OF_NETWORK {
            held.push(lanes.enter("192.0.2.1").await.unwrap());
        }
        assert!(lanes.enter("192.0.2.1").await.is_none());
        assert!(lanes.enter("192.0.2.2").await.is_some());
        held.pop();
        assert!(lanes.enter("192.0.2.1").await.is_some());
        drop(held);
        assert!(lanes.networks.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let lanes = Lanes { queue: Arc::new(Semaphore::new(1)), ..Lanes::default() };
        let held = lanes.enter("192.0.2.1").await.unwrap();
        assert!(lanes.enter("192.0.2.2").await.is_none());
        drop(held);
        assert!(lanes.enter("192.0.2.2").await.is_some());
    }
}
