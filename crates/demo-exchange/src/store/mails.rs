//! The inbox's mails, kept between two starts.

use login_guard_smtp_inbox::{DeliveryRefused, Mail, Mailbox};
use rusqlite::params;
use serde::Serialize;

use super::{Store, StoreError};

/// Mails that are kept; the oldest give way.
const MAILS: i64 = 200;

/// A mail as `/inbox.json` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredMail {
    /// The recipients, joined by `, `.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// When it was accepted, RFC 3339.
    pub at: String,
}

impl Store {
    /// The mails, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mails(&self) -> Result<Vec<StoredMail>, StoreError> {
        self.run(|db| {
            let mut statement = db.prepare_cached("SELECT recipient, subject, text, at FROM mails ORDER BY id DESC")?;
            let rows = statement.query_map([], |row| {
                Ok(StoredMail { to: row.get(0)?, subject: row.get(1)?, text: row.get(2)?, at: row.get(3)? })
            })?;
            rows.collect()
        })
        .await
    }
}

impl Mailbox for Store {
    fn deliver(&self, mail: Mail) -> Result<(), DeliveryRefused> {
        let at = mail.at_rfc3339();
        self.run_here(|db| {
            db.execute(
                "INSERT INTO mails (recipient, subject, text, at) VALUES (?1, ?2, ?3, ?4)",
                params![mail.to, mail.subject, mail.text, at],
            )?;
            db.execute("DELETE FROM mails WHERE id <= (SELECT max(id) FROM mails) - ?1", [MAILS])
        })
        .map(drop)
        .map_err(|_| DeliveryRefused)
    }
}
