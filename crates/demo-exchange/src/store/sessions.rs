//! Sessions, and the half-sessions between a challenge and its verdict. Tokens are kept as digests.

use std::time::SystemTime;

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError, seconds};
use crate::entropy::Token;

/// A session unused for so long ends, in seconds.
const IDLE_S: i64 = 60 * 60;
/// A session ends after so long whatever happens, in seconds.
const OVERALL_S: i64 = 24 * 60 * 60;
/// A challenge can be answered for so long, in seconds (`docs/protocol.md`, Limits).
pub const HALF_SESSION_S: i64 = 10 * 60;

/// A login whose password was right and whose device is still to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HalfSession {
    /// The account that the password was right for.
    pub account: String,
    /// The attempt that was challenged.
    pub attempt: String,
    /// The challenge as the verifier gave it, JSON.
    pub challenge: String,
    /// The name that was typed.
    pub login_name: String,
}

/// What a session begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The account.
    pub account: String,
    /// The name that was typed: the browser keeps the device's key under it.
    pub login_name: String,
    /// Whether the log-in rests on a confirmation that can be phished.
    pub probation: bool,
    /// Whether nothing of value may leave the account, as the log-in was told.
    pub value_frozen: bool,
}

/// Who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedIn {
    /// The account.
    pub account: String,
    /// Its user name.
    pub name: String,
    /// Its mail address.
    pub mail: String,
    /// The name that was typed to log in: one of the two, in whatever case.
    pub login_name: String,
    /// Whether the log-in rests on a confirmation that can be phished.
    pub probation: bool,
    /// Whether nothing of value may leave the account, as the log-in was told.
    pub value_frozen: bool,
}

impl Store {
    /// Begins a half-session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_half_session(
        &self,
        token: &Token,
        half: HalfSession,
        now: SystemTime,
    ) -> Result<(), StoreError> {
        let (token, now) = (token.digest(), seconds(now));
        self.run(move |db| {
            db.execute("DELETE FROM half_sessions WHERE expires_at <= ?1", [now])?;
            db.execute(
                "INSERT INTO half_sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    token,
                    half.account,
                    half.attempt,
                    half.challenge,
                    half.login_name,
                    now.saturating_add(HALF_SESSION_S)
                ],
            )
        })
        .await
        .map(drop)
    }

    /// The half-session of a cookie, while it lives.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_half_session(&self, token: &Token, now: SystemTime) -> Result<Option<HalfSession>, StoreError> {
        let (token, now) = (token.digest(), seconds(now));
        self.run(move |db| {
            let sql = "SELECT account, attempt, challenge, login_name FROM half_sessions WHERE token = ?1 AND expires_at > ?2";
            let read = |row: &rusqlite::Row<'_>| {
                Ok(HalfSession {
                    account: row.get(0)?,
                    attempt: row.get(1)?,
                    challenge: row.get(2)?,
                    login_name: row.get(3)?,
                })
            };
            db.query_row(sql, params![token, now], read).optional()
        })
        .await
    }

    /// Begins a session, and ends the half-session that led to it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_session(
        &self,
        token: &Token,
        entry: Entry,
        half: Option<Token>,
        now: SystemTime,
    ) -> Result<(), StoreError> {
        let (token, half, now) = (token.digest(), half.map(|half| half.digest()), seconds(now));
        self.run(move |db| {
            let work = db.transaction()?;
            work.execute("DELETE FROM sessions WHERE created_at <= ?1", [now.saturating_sub(OVERALL_S)])?;
            work.execute("DELETE FROM half_sessions WHERE token = ?1", [half])?;
            work.execute(
                "INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
                params![token, entry.account, entry.login_name, entry.probation, entry.value_frozen, now],
            )?;
            work.commit()
        })
        .await
    }

    /// Who a session cookie belongs to, while the session lives; seeing it keeps it alive.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_session(&self, token: &Token, now: SystemTime) -> Result<Option<LoggedIn>, StoreError> {
        let (token, now) = (token.digest(), seconds(now));
        self.run(move |db| {
            let sql = "UPDATE sessions SET seen_at = ?2 WHERE token = ?1 AND seen_at > ?3 AND created_at > ?4 RETURNING account, login_name, probation, value_frozen";
            let alive = params![token, now, now.saturating_sub(IDLE_S), now.saturating_sub(OVERALL_S)];
            let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
            let Some((account, login_name, probation, value_frozen)) = db.query_row(sql, alive, read).optional()? else { return Ok(None) };
            let sql = "SELECT account, name, mail FROM accounts WHERE account = ?1";
            let read = |row: &rusqlite::Row<'_>| {
                Ok(LoggedIn { account: row.get(0)?, name: row.get(1)?, mail: row.get(2)?, login_name, probation, value_frozen })
            };
            db.query_row(sql, [account], read).optional()
        })
        .await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_session(&self, token: &Token) -> Result<(), StoreError> {
        let token = token.digest();
        self.run(move |db| db.execute("DELETE FROM sessions WHERE token = ?1", [token])).await.map(drop)
    }
}
