//! Hands over the messages of the [outbox](crate::outbox).
//!
//! A message is taken by writing its next try before it is handed over, so that of several replicas one does it; a crash in between
//! means that it is tried again, so that one may come twice, and none gets lost. What the channel refuses for good, and what nobody
//! took for three days, is given up with an alarm.

use std::sync::Arc;
use std::time::Duration;

use login_guard_protocol::MessageId;
use tokio::sync::watch;

use crate::delivery::DeliveryError;
use crate::outbox::open;
use crate::services::Services;
use crate::store::{AccountKey, Change, Commit, CommitError, OutboxRow, Refusal, StoreError};

/// Time between two looks when nobody wakes the job: for retries, and for what another replica wrote and could not hand over.
const INTERVAL: Duration = Duration::from_secs(5);
/// Seconds until the second try; each further one waits twice as long.
const FIRST_RETRY_S: u64 = 30;
/// The longest wait between two tries, in seconds.
const LONGEST_RETRY_S: u64 = 3_600;
/// Messages taken at a time.
const BATCH: u32 = 32;

/// Hands over what is due, now and whenever the bell rings, until `stop` turns true or its sender is gone.
pub async fn run(services: Arc<Services>, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = hand_over_due(&services).await {
            tracing::warn!(job = "outbox", "messages were not looked at: {error}");
        }
        tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => return,
            () = services.bell.rung() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Hands over everything that is due.
///
/// # Errors
/// [`StoreError`]; what was not reached is due again.
pub async fn hand_over_due(services: &Services) -> Result<(), StoreError> {
    loop {
        let due = services.store.outbox_due(services.clock.now(), BATCH).await?;
        if due.is_empty() {
            return Ok(());
        }
        for (key, row) in due {
            hand_over(services, &key, row).await?;
        }
    }
}

async fn hand_over(services: &Services, key: &AccountKey, row: OutboxRow) -> Result<(), StoreError> {
    let now = services.clock.now();
    let Ok(message) = open(services, key, &row) else {
        return give_up(services, key, &row, "unreadable").await;
    };
    if row.expires_at <= now {
        return give_up(services, key, &row, "expired").await;
    }
    let next = OutboxRow { revision: row.revision + 1, due_at: now.plus_seconds(wait_s(row.revision)), ..row };
    match commit(services, key, Change::PutMessage(next.clone())).await {
        Ok(()) => {}
        // another replica took it
        Err(CommitError::Refused(Refusal::Stale | Refusal::Spent | Refusal::Exhausted)) => return Ok(()),
        Err(CommitError::Store(error)) => return Err(error),
    }
    match services.mail.deliver(&message).await {
        Ok(_) => remove(services, key, next.message).await,
        Err(DeliveryError::Rejected) => give_up(services, key, &next, "rejected").await,
        Err(DeliveryError::Unavailable) => {
            tracing::warn!(
                job = "outbox",
                outbox.tries = next.revision - 1,
                "a message was not taken, and is tried again"
            );
            Ok(())
        }
    }
}

/// Seconds until the next try, after so many.
fn wait_s(tries: u64) -> u64 {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX).min(16);
    (FIRST_RETRY_S << doublings).min(LONGEST_RETRY_S)
}

/// Removes a message that nobody will get, and says so: nothing is dropped silently.
async fn give_up(services: &Services, key: &AccountKey, row: &OutboxRow, why: &str) -> Result<(), StoreError> {
    tracing::warn!(
        alarm = "notice-unsent",
        attempt.platform = %key.platform,
        outbox.why = why,
        outbox.tries = row.revision - 1,
        "a message was given up"
    );
    remove(services, key, row.message).await
}

async fn remove(services: &Services, key: &AccountKey, message: MessageId) -> Result<(), StoreError> {
    match commit(services, key, Change::DeleteMessage(message)).await {
        Ok(()) | Err(CommitError::Refused(_)) => Ok(()),
        Err(CommitError::Store(error)) => Err(error),
    }
}

async fn commit(services: &Services, key: &AccountKey, change: Change) -> Result<(), CommitError> {
    services.store.commit(Commit { scope: key.clone().into(), changes: vec![change] }).await
}

#[cfg(test)]
mod tests;
