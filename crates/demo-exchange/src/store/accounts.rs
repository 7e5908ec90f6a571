//! Accounts.

use std::time::SystemTime;

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError, UNIT, seconds};
use crate::entropy::Entropy;
use crate::password;

/// One account holder.
#[derive(Clone)]
pub struct Account {
    /// The stable identifier that the verifier knows the account by.
    pub account: String,
    /// The user name; the mail address is a second login name.
    pub name: String,
    /// Where confirmations go.
    pub mail: String,
    /// The words that genuine mails carry.
    pub phrase: String,
    /// The password's hash, PHC form.
    pub password: String,
}

/// The demo's accounts: identifier, name, mail address, anti-phishing phrase.
pub const ACCOUNTS: [(&str, &str, &str, &str); 3] = [
    ("u-1001", "alice", "alice@example.com", "blue heron"),
    ("u-1002", "bob", "bob@example.com", "paper lantern"),
    ("u-1003", "carol", "carol@example.com", "seven pebbles"),
];

/// What each account starts with: wallet, asset, amount.
const BALANCES: [(&str, &str, i64); 6] = [
    ("spot", "USDT", 18_420 * UNIT + 55_000_000),
    ("spot", "BTC", 2 * UNIT + 41_870_000),
    ("spot", "ETH", 31 * UNIT + 50_000_000),
    ("spot", "LTC", 468 * UNIT),
    ("contract", "USDT", 2_500 * UNIT),
    ("contract", "BTC", 15_000_000),
];

/// What each account has in the book: side, asset, amount, price.
const ORDERS: [(&str, &str, i64, i64); 3] = [
    ("sell", "BTC", 25_000_000, 98_500 * UNIT),
    ("buy", "ETH", 4 * UNIT, 2_850 * UNIT),
    ("sell", "LTC", 120 * UNIT, 112 * UNIT),
];

impl Store {
    /// Makes the demo's accounts where they are missing, all with the same password. Existing ones stay as they are.
    ///
    /// # Errors
    /// [`StoreError::Database`] or [`StoreError::Hash`].
    pub fn seed(&self, password: &str, entropy: &dyn Entropy, now: SystemTime) -> Result<(), StoreError> {
        for (account, name, mail, phrase) in ACCOUNTS {
            let known = self.run_here(|db| {
                db.query_row("SELECT 1 FROM accounts WHERE account = ?1", [account], |_| Ok(())).optional()
            })?;
            if known.is_some() {
                continue;
            }
            let hash = password::make_hash(password.as_bytes(), entropy)?;
            self.run_here(|db| {
                let work = db.transaction()?;
                work.execute(
                    "INSERT INTO accounts (account, name, mail, phrase, password) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![account, name, mail, phrase, hash],
                )?;
                for (wallet, asset, amount) in BALANCES {
                    work.execute(
                        "INSERT INTO balances VALUES (?1, ?2, ?3, ?4)",
                        params![account, wallet, asset, amount],
                    )?;
                }
                for (side, asset, amount, price) in ORDERS {
                    work.execute(
                        "INSERT INTO orders (account, side, asset, amount, price, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                        params![account, side, asset, amount, price, seconds(now)],
                    )?;
                }
                work.commit()
            })?;
        }
        Ok(())
    }

    /// The account that a typed name belongs to: user name or mail address, whatever the case.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_account(&self, login_name: &str) -> Result<Option<Account>, StoreError> {
        let typed = login_name.to_ascii_lowercase();
        self.run(move |db| {
            let sql = "SELECT account, name, mail, phrase, password FROM accounts WHERE name = ?1 OR mail = ?1";
            db.query_row(sql, [typed], |row| {
                Ok(Account {
                    account: row.get(0)?,
                    name: row.get(1)?,
                    mail: row.get(2)?,
                    phrase: row.get(3)?,
                    password: row.get(4)?,
                })
            })
            .optional()
        })
        .await
    }
}
