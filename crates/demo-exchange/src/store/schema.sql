CREATE TABLE IF NOT EXISTS accounts (
    account  TEXT PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    mail     TEXT NOT NULL UNIQUE,
    phrase   TEXT NOT NULL,
    password TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS half_sessions (
    token      BLOB PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (account),
    attempt    TEXT NOT NULL,
    challenge  TEXT NOT NULL,
    login_name TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    token      BLOB PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (account),
    login_name TEXT NOT NULL,
    probation  INTEGER NOT NULL,
    value_frozen INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS balances (
    account TEXT NOT NULL REFERENCES accounts (account),
    wallet  TEXT NOT NULL,
    asset   TEXT NOT NULL,
    amount  INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (account, wallet, asset)
) STRICT;
CREATE TABLE IF NOT EXISTS orders (
    id      INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (account),
    side    TEXT NOT NULL,
    asset   TEXT NOT NULL,
    amount  INTEGER NOT NULL,
    price   INTEGER NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS mails (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient TEXT NOT NULL,
    subject   TEXT NOT NULL,
    text      TEXT NOT NULL,
    at        TEXT NOT NULL
) STRICT;
