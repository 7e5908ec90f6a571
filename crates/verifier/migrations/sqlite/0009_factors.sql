-- What accounts can confirm with: passkeys, secrets of time-based codes, recovery codes, pinned contacts. Sealed; the account's
-- head covers the digest of all of them, so that a missing, foreign or older one shows.
CREATE TABLE factors (
    platform TEXT NOT NULL,
    account  TEXT NOT NULL CHECK (account <> ''),
    factor   BLOB NOT NULL,
    kind     TEXT NOT NULL,
    sealed   BLOB NOT NULL,
    PRIMARY KEY (platform, account, factor)
) STRICT, WITHOUT ROWID;
