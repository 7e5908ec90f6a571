-- Verdict tokens that were redeemed, until they expire by themselves.
CREATE TABLE tokens (
    platform   TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    token      BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (platform, account, token)
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_expiring ON tokens (expires_at);
