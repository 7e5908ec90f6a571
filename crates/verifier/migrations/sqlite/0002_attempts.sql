-- Attempts whose nonce is spent. The account is '' where the login name belongs to nobody. Unique by platform and attempt
-- as well: a nonce is spent once whichever account is named, and a browser knows only the attempt. Rows are large
-- and short-lived, so they are kept in order of arrival.
CREATE TABLE attempts (
    platform   TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    attempt    BLOB    NOT NULL,
    revision   INTEGER NOT NULL,
    sealed     BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (platform, account, attempt),
    UNIQUE (platform, attempt)
) STRICT;

CREATE INDEX attempts_expiring ON attempts (expires_at);
