-- Messages that wait to be handed over, written in the commit of what they tell of. Sealed: neither address nor contents can be read.
CREATE TABLE outbox (
    platform   TEXT    NOT NULL,
    account    TEXT    NOT NULL CHECK (account <> ''),
    message    BLOB    NOT NULL,
    revision   INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB    NOT NULL,
    PRIMARY KEY (platform, account, message)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (due_at);
