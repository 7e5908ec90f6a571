-- Accounts and their devices. A missing or foreign device shows in the account's MAC, which covers the digest of all
-- of them; a foreign key would be checked only when a whole group of commits ends, and then fail the others with it.
CREATE TABLE accounts (
    platform    TEXT    NOT NULL,
    account     TEXT    NOT NULL CHECK (account <> ''),
    version     INTEGER NOT NULL CHECK (version >= 0),
    epoch       INTEGER NOT NULL,
    rows_digest BLOB    NOT NULL,
    mac         BLOB    NOT NULL,
    PRIMARY KEY (platform, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    platform      TEXT    NOT NULL,
    account       TEXT    NOT NULL CHECK (account <> ''),
    device        BLOB    NOT NULL,
    public_key    BLOB    NOT NULL,
    cookie_digest BLOB    NOT NULL,
    standing      TEXT    NOT NULL,
    confirmed_by  TEXT    NOT NULL,
    evidence      TEXT    NOT NULL,
    enrolled_at   INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL,
    epoch         INTEGER NOT NULL,
    mac           BLOB    NOT NULL,
    PRIMARY KEY (platform, account, device)
) STRICT, WITHOUT ROWID;
