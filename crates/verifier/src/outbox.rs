//! Messages that must not get lost: written in the commit of what they tell of, and handed over afterwards by `jobs::outbox`.
//!
//! May import: `seal`, `store` traits, `delivery` traits, `entropy`. Must not know why a message is sent.

use login_guard_protocol::MessageId;
use login_guard_protocol::problem::ProblemCode;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::clock::Timestamp;
use crate::delivery::Message;
use crate::entropy::make_bytes;
use crate::problem::Problem;
use crate::seal::outbox::{open_message, seal_message};
use crate::services::Services;
use crate::store::{AccountKey, Change, OutboxRow};

/// Seconds after which a message is given up. A notice that comes later helps nobody, and its alarm came long ago.
pub const LIFE_S: u64 = 72 * 3_600;

/// Wakes whoever hands messages over, so that a message that was just written is not waited for.
#[derive(Debug, Default)]
pub struct Bell(Notify);

impl Bell {
    /// Says that something was written.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Returns when somebody rang since the last time.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    to: String,
    subject: String,
    text: String,
    html: String,
}

/// The change that puts a message into the outbox, to be handed over at `due_at` or soon after. Ring the bell after the commit.
///
/// # Errors
/// [`ProblemCode::Internal`] without randomness.
pub fn post(services: &Services, key: &AccountKey, message: &Message, due_at: Timestamp) -> Result<Change, Problem> {
    let contents = Contents {
        to: message.to.clone(),
        subject: message.subject.clone(),
        text: message.text.clone(),
        html: message.html.clone(),
    };
    let entropy = services.entropy.as_ref();
    let id = MessageId::from_bytes(make_bytes(entropy)?);
    let plaintext = serde_json::to_vec(&contents).map_err(|_| ProblemCode::Internal)?;
    let sealed = seal_message(&services.keys, entropy, key, id, &plaintext).map_err(|_| ProblemCode::Internal)?;
    let expires_at = due_at.plus_seconds(LIFE_S);
    Ok(Change::PutMessage(OutboxRow { message: id, revision: 1, due_at, expires_at, sealed }))
}

/// Reads a message.
///
/// # Errors
/// [`ProblemCode::Internal`] for a row that nobody here wrote for this account.
pub fn open(services: &Services, key: &AccountKey, row: &OutboxRow) -> Result<Message, ProblemCode> {
    let plaintext = open_message(&services.keys, key, row.message, &row.sealed).map_err(|_| ProblemCode::Internal)?;
    let Contents { to, subject, text, html } = serde_json::from_slice(&plaintext).map_err(|_| ProblemCode::Internal)?;
    Ok(Message { to, subject, text, html })
}
