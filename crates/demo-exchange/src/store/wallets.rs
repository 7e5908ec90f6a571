//! Wallets and orders. Amounts and prices are whole hundred-millionths.

use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, StoreError, seconds};

/// One whole coin, in hundred-millionths.
pub const UNIT: i64 = 100_000_000;

/// Where coins lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wallet {
    /// Margin of contracts.
    Contract,
    /// For trading and withdrawing.
    Spot,
}

impl Wallet {
    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Spot => "spot",
        }
    }
}

/// Which way an order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Coins for USDT.
    Buy,
    /// USDT for coins.
    Sell,
}

/// How much of an asset lies in a wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// `spot` or `contract`.
    pub wallet: String,
    /// The asset's short name.
    pub asset: String,
    /// Hundred-millionths.
    pub amount: i64,
}

/// An order in the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub id: i64,
    /// `buy` or `sell`.
    pub side: String,
    /// What is bought or sold, for USDT.
    pub asset: String,
    /// Hundred-millionths of the asset.
    pub amount: i64,
    /// Hundred-millionths of USDT for one whole coin.
    pub price: i64,
}

/// Why coins were not moved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MoveError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is not enough in the wallet, or no such order.
    #[error("there is not enough in the wallet")]
    Short,
}

impl Store {
    /// What lies in the wallets, spot first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn balances(&self, account: &str) -> Result<Vec<Balance>, StoreError> {
        let account = account.to_owned();
        self.run(move |db| {
            let sql = "SELECT wallet, asset, amount FROM balances WHERE account = ?1 ORDER BY wallet DESC, rowid";
            let mut statement = db.prepare_cached(sql)?;
            let read =
                |row: &rusqlite::Row<'_>| Ok(Balance { wallet: row.get(0)?, asset: row.get(1)?, amount: row.get(2)? });
            statement.query_map([account], read)?.collect()
        })
        .await
    }

    /// Open orders, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn orders(&self, account: &str) -> Result<Vec<Order>, StoreError> {
        let account = account.to_owned();
        self.run(move |db| {
            let sql = "SELECT id, side, asset, amount, price FROM orders WHERE account = ?1 ORDER BY id DESC LIMIT 50";
            let mut statement = db.prepare_cached(sql)?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(Order {
                    id: row.get(0)?,
                    side: row.get(1)?,
                    asset: row.get(2)?,
                    amount: row.get(3)?,
                    price: row.get(4)?,
                })
            };
            statement.query_map([account], read)?.collect()
        })
        .await
    }

    /// Takes coins out of the spot wallet.
    ///
    /// # Errors
    /// [`MoveError`].
    pub async fn withdraw(&self, account: &str, asset: String, amount: i64) -> Result<(), MoveError> {
        let account = account.to_owned();
        self.move_coins(move |db| take(db, &account, Wallet::Spot, &asset, amount)).await
    }

    /// Moves coins between the wallets.
    ///
    /// # Errors
    /// [`MoveError`].
    pub async fn transfer(&self, account: &str, to: Wallet, asset: String, amount: i64) -> Result<(), MoveError> {
        let account = account.to_owned();
        let from = match to {
            Wallet::Contract => Wallet::Spot,
            Wallet::Spot => Wallet::Contract,
        };
        self.move_coins(move |db| {
            if !take(db, &account, from, &asset, amount)? {
                return Ok(false);
            }
            give(db, &account, to, &asset, amount).map(|()| true)
        })
        .await
    }

    /// Places a limit order; what it could cost is set aside.
    ///
    /// # Errors
    /// [`MoveError`].
    pub async fn place_order(
        &self,
        account: &str,
        side: Side,
        asset: String,
        amount: i64,
        price: i64,
        now: SystemTime,
    ) -> Result<(), MoveError> {
        let account = account.to_owned();
        self.move_coins(move |db| {
            let (word, cost, of) = match side {
                Side::Buy => ("buy", notional(amount, price), "USDT".to_owned()),
                Side::Sell => ("sell", amount, asset.clone()),
            };
            if !take(db, &account, Wallet::Spot, &of, cost)? {
                return Ok(false);
            }
            db.execute(
                "INSERT INTO orders (account, side, asset, amount, price, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![account, word, asset, amount, price, seconds(now)],
            )?;
            Ok(true)
        })
        .await
    }

    /// Takes an order out of the book; what was set aside comes back.
    ///
    /// # Errors
    /// [`MoveError`].
    pub async fn cancel_order(&self, account: &str, id: i64) -> Result<(), MoveError> {
        let account = account.to_owned();
        self.move_coins(move |db| {
            let sql = "DELETE FROM orders WHERE id = ?1 AND account = ?2 RETURNING side, asset, amount, price";
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
            let order: Option<(String, String, i64, i64)> = db.query_row(sql, params![id, account], read).optional()?;
            let Some((side, asset, amount, price)) = order else { return Ok(false) };
            let (of, back) = if side == "buy" { ("USDT".to_owned(), notional(amount, price)) } else { (asset, amount) };
            give(db, &account, Wallet::Spot, &of, back).map(|()| true)
        })
        .await
    }

    /// Runs one transaction that is kept only if it answers true.
    async fn move_coins(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<bool> + Send + 'static,
    ) -> Result<(), MoveError> {
        let moved = self.run(move |db| {
            let transaction = db.transaction()?;
            let moved = work(&transaction)?;
            if moved { transaction.commit().map(|()| true) } else { transaction.rollback().map(|()| false) }
        });
        if moved.await? { Ok(()) } else { Err(MoveError::Short) }
    }
}

/// What an amount costs, in hundred-millionths of USDT; more than anybody has where it does not fit.
pub(crate) fn notional(amount: i64, price: i64) -> i64 {
    let cost = i128::from(amount) * i128::from(price) / i128::from(UNIT);
    i64::try_from(cost).unwrap_or(i64::MAX)
}

fn take(db: &Connection, account: &str, wallet: Wallet, asset: &str, amount: i64) -> rusqlite::Result<bool> {
    if amount <= 0 {
        return Ok(false);
    }
    let sql = "UPDATE balances SET amount = amount - ?4
               WHERE account = ?1 AND wallet = ?2 AND asset = ?3 AND amount >= ?4";
    db.execute(sql, params![account, wallet.word(), asset, amount]).map(|rows| rows == 1)
}

fn give(db: &Connection, account: &str, wallet: Wallet, asset: &str, amount: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO balances VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (account, wallet, asset) DO UPDATE SET amount = amount + excluded.amount";
    db.execute(sql, params![account, wallet.word(), asset, amount]).map(drop)
}
