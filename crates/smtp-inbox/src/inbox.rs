//! Where accepted mails go.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::Mail;

/// Takes the mails that a server accepts.
pub trait Mailbox: Send + Sync + 'static {
    /// Keeps one mail. The client is told of success only afterwards, so what was accepted can be read.
    ///
    /// # Errors
    /// [`DeliveryRefused`] when the mail could not be kept; the client is asked to try again later (451).
    fn deliver(&self, mail: Mail) -> Result<(), DeliveryRefused>;
}

/// The mail could not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mail could not be kept")]
pub struct DeliveryRefused;

/// A bounded inbox in memory. Clones share the mails.
#[derive(Clone, Debug)]
pub struct Inbox {
    mails: Arc<Mutex<VecDeque<Mail>>>,
    received: watch::Sender<u64>,
    limit: usize,
}

impl Inbox {
    /// An empty inbox that keeps the newest `limit` mails.
    pub fn new(limit: usize) -> Self {
        Self { mails: Arc::default(), received: watch::Sender::new(0), limit }
    }

    /// The mails, newest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.lock().iter().cloned().collect()
    }

    /// How many mails ever came; more than are kept once the limit was passed.
    pub fn received(&self) -> u64 {
        *self.received.borrow()
    }

    /// Waits until more than `seen` mails have ever come, and gives the newest.
    ///
    /// Ask [`Inbox::received`] before causing a mail, then wait with that number: nothing slips through between.
    /// `None` only if an inbox with limit 0 keeps nothing.
    pub async fn next_after(&self, seen: u64) -> Option<Mail> {
        let mut received = self.received.subscribe();
        // the sender lives in self, so the wait cannot end in an error while we are here
        received.wait_for(|count| *count > seen).await.ok()?;
        self.lock().front().cloned()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Mail>> {
        // a panic elsewhere leaves whole mails behind
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mailbox for Inbox {
    fn deliver(&self, mail: Mail) -> Result<(), DeliveryRefused> {
        let mut mails = self.lock();
        mails.push_front(mail);
        mails.truncate(self.limit);
        drop(mails);
        self.received.send_modify(|count| *count += 1);
        Ok(())
    }
}
