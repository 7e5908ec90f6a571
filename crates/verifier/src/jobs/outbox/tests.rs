use super::*;
use crate::clock::Timestamp;
use crate::delivery::Message;
use crate::outbox::{LIFE_S, post};
use crate::store::sqlite::SqliteStore;
use crate::testing::{Bench, account};

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn owner(name: &str) -> Result<AccountKey, Box<dyn std::error::Error + Send + Sync>> {
    Ok(AccountKey { platform: login_guard_protocol::Platform::parse("acex")?, account: account(name)? })
}

fn message(subject: &str) -> Message {
    Message { to: "alice@mail.example".into(), subject: subject.into(), text: "t".into(), html: "h".into() }
}

async fn put(bench: &Bench, key: &AccountKey, subject: &str) -> Outcome {
    let change = post(&bench.services, key, &message(subject), bench.services.clock.now())?;
    Ok(commit(&bench.services, key, change).await?)
}

#[tokio::test]
async fn a_message_is_handed_over_once() -> Outcome {
    let bench = Bench::in_memory()?;
    put(&bench, &owner("u-1001")?, "copied").await?;
    for _ in 0..2 {
        hand_over_due(&bench.services).await?;
        assert_eq!(bench.mail.subjects(), ["copied"]);
    }
    Ok(())
}

#[tokio::test]
async fn a_message_survives_a_crash_and_a_relay_that_is_away() -> Outcome {
    let folder = tempfile::TempDir::new()?;
    let path = folder.path().join("verifier.db");
    let key = owner("u-1001")?;
    let bench = Bench::over(Arc::new(SqliteStore::open(&path)?))?;
    put(&bench, &key, "copied").await?;
    bench.mail.fail_with(Some(DeliveryError::Unavailable));
    hand_over_due(&bench.services).await?;
    drop(bench);
    let bench = Bench::over(Arc::new(SqliteStore::open(&path)?))?;
    hand_over_due(&bench.services).await?;
    assert_eq!(bench.mail.count(), 0, "not before its next try");
    bench.clock.advance_millis(FIRST_RETRY_S * 1_000);
    hand_over_due(&bench.services).await?;
    assert_eq!(bench.mail.subjects(), ["copied"]);
    Ok(())
}

#[tokio::test]
async fn tries_come_ever_later_until_a_message_is_given_up() -> Outcome {
    let bench = Bench::in_memory()?;
    put(&bench, &owner("u-1001")?, "copied").await?;
    bench.mail.fail_with(Some(DeliveryError::Unavailable));
    let mut tries = 0;
    while !bench.services.store.outbox_due(Timestamp::from_millis(u64::MAX >> 2), 1).await?.is_empty() {
        hand_over_due(&bench.services).await?;
        bench.clock.advance_millis(LONGEST_RETRY_S * 1_000);
        tries += 1;
    }
    assert_eq!(tries, LIFE_S / LONGEST_RETRY_S + 1);
    assert_eq!([1, 2, 3, 8, 9, 90].map(wait_s), [30, 60, 120, 3_600, 3_600, 3_600]);
    Ok(())
}

#[tokio::test]
async fn what_is_refused_or_unreadable_is_given_up_and_holds_nothing_up() -> Outcome {
    let bench = Bench::in_memory()?;
    let (alice, bob) = (owner("u-1001")?, owner("u-1002")?);
    // moved to another account by somebody who writes to the store
    let change = post(&bench.services, &alice, &message("moved"), bench.services.clock.now())?;
    commit(&bench.services, &bob, change).await?;
    put(&bench, &bob, "copied").await?;
    hand_over_due(&bench.services).await?;
    assert_eq!(bench.mail.subjects(), ["copied"]);
    bench.mail.fail_with(Some(DeliveryError::Rejected));
    put(&bench, &bob, "refused").await?;
    hand_over_due(&bench.services).await?;
    bench.mail.fail_with(None);
    bench.clock.advance_millis(LONGEST_RETRY_S * 1_000);
    hand_over_due(&bench.services).await?;
    assert_eq!(bench.mail.subjects(), ["copied"]);
    Ok(())
}
