//! Two relays for one channel: the second takes what the first cannot take now. What the first refuses for good, the second is not
//! asked.
//!
//! A relay that took a message and whose answer was lost counts as unavailable, so that a message may come twice; it never gets lost.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Channel, DeliveryError, Message, Receipt};

/// The channel over two relays.
#[derive(Debug)]
pub struct FailoverChannel {
    first: Arc<dyn Channel>,
    second: Arc<dyn Channel>,
    /// Whether the first was unavailable the last time: its failure and its return are each told once.
    failed: AtomicBool,
}

impl FailoverChannel {
    /// Over two relays, the preferred one first.
    pub fn new(first: Arc<dyn Channel>, second: Arc<dyn Channel>) -> Self {
        Self { first, second, failed: AtomicBool::new(false) }
    }

    async fn hand_over(&self, message: &Message) -> Result<Receipt, DeliveryError> {
        match self.first.deliver(message).await {
            Err(DeliveryError::Unavailable) => {
                if !self.failed.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        alarm = "relay-unavailable",
                        "the first relay is unavailable, the second takes over"
                    );
                }
                self.second.deliver(message).await
            }
            answered => {
                if self.failed.swap(false, Ordering::Relaxed) {
                    tracing::info!("the first relay is available again");
                }
                answered
            }
        }
    }
}

impl Channel for FailoverChannel {
    fn deliver<'a>(
        &'a self,
        message: &'a Message,
    ) -> Pin<Box<dyn Future<Output = Result<Receipt, DeliveryError>> + Send + 'a>> {
        Box::pin(self.hand_over(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CollectingChannel;

    fn message() -> Message {
        Message { to: "alice@mail.example".into(), subject: "s".into(), text: "t".into(), html: "h".into() }
    }

    #[tokio::test]
    async fn the_second_relay_takes_what_the_first_cannot_take_now() {
        let relays = [Arc::new(CollectingChannel::default()), Arc::new(CollectingChannel::default())];
        let [first, second] = relays.clone();
        let channel = FailoverChannel::new(first, second);
        for (failures, outcome, counts) in [
            ([None, None], Ok(Receipt), (1, 0)),
            ([Some(DeliveryError::Unavailable), None], Ok(Receipt), (1, 1)),
            ([Some(DeliveryError::Rejected), None], Err(DeliveryError::Rejected), (1, 1)),
            ([Some(DeliveryError::Unavailable); 2], Err(DeliveryError::Unavailable), (1, 1)),
            ([None, Some(DeliveryError::Unavailable)], Ok(Receipt), (2, 1)),
        ] {
            relays.iter().zip(failures).for_each(|(relay, failure)| relay.fail_with(failure));
            assert_eq!(channel.deliver(&message()).await, outcome, "{failures:?}");
            assert_eq!((relays[0].count(), relays[1].count()), counts, "{failures:?}");
        }
    }
}
