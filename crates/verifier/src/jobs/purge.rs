//! Removes attempts, spent tokens, budgets and sightings that are past use.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::clock::{Clock, Timestamp};
use crate::store::Store;

/// Time between two runs: rows are small, and a run holds the writer for less than a millisecond per thousand of them.
pub const INTERVAL: Duration = Duration::from_mins(5);
/// How long a row stays after it expired, in seconds. Replicas' clocks may differ: a nonce that one of them still
/// takes for alive must be found spent by all. Ten minutes is far beyond what synchronized clocks differ.
pub const RETENTION_S: u64 = 600;

/// Purges now and at each interval, until `stop` turns true or its sender is gone.
pub async fn run(store: Arc<dyn Store>, clock: Arc<dyn Clock>, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stopped(&mut stop) => return,
            _ = ticks.tick() => purge(&*store, clock.now()).await,
        }
    }
}

/// Returns once the service stops; nobody left who could say so counts as that.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopped| *stopped).await;
}

async fn purge(store: &dyn Store, now: Timestamp) {
    let before = Timestamp::from_millis(now.as_millis().saturating_sub(RETENTION_S * 1000));
    match store.purge(before).await {
        Ok(0) => {}
        Ok(rows) => tracing::info!(job = "purge", job.rows = rows, "rows past use were removed"),
        Err(error) => tracing::warn!(job = "purge", "rows past use were not removed: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::store::memory::MemoryStore;
    use crate::store::{Change, Commit, Scope};
    use login_guard_protocol::{Platform, TokenId};

    fn spend(expires_at: Timestamp) -> Commit {
        let scope = Scope { platform: Platform::parse("acex").unwrap(), account: None };
        let token = TokenId::from_bytes([7; 16]);
        Commit { scope, changes: vec![Change::SpendToken { token, expires_at }] }
    }

    #[tokio::test]
    async fn row_stays_for_the_retention_and_goes_after_it() {
        let store = MemoryStore::default();
        let expires_at = Timestamp::from_millis(1_000_000);
        store_commit(&store, spend(expires_at)).await.unwrap();
        purge(&store, expires_at.plus_seconds(RETENTION_S - 1)).await;
        assert!(store_commit(&store, spend(expires_at)).await.is_err());
        purge(&store, expires_at.plus_seconds(RETENTION_S + 1)).await;
        assert!(store_commit(&store, spend(expires_at)).await.is_ok());
    }

    async fn store_commit(store: &MemoryStore, commit: Commit) -> Result<(), crate::store::CommitError> {
        crate::store::Commits::commit(store, commit).await
    }

    #[tokio::test]
    async fn job_ends_when_the_service_stops() {
        let clock = Arc::new(ManualClock::starting_at(Timestamp::from_millis(0)));
        let (stop, stopped) = watch::channel(false);
        let job = tokio::spawn(run(Arc::new(MemoryStore::default()), clock, stopped));
        stop.send(true).unwrap();
        assert!(job.await.is_ok());
    }
}
