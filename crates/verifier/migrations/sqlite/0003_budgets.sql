-- Counters with a limit, one for each window of time. The account is '' where the login name belongs to nobody.
CREATE TABLE budgets (
    platform   TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    window     INTEGER NOT NULL,
    charged    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (platform, account, name, window)
) STRICT, WITHOUT ROWID;

CREATE INDEX budgets_expiring ON budgets (expires_at);
