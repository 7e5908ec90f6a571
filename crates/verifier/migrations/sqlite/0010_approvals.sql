-- Requests for approval at a known device, one for each lane of an account: the browsers whose cookie is known, and each network of
-- strangers. Sealed.
CREATE TABLE approvals (
    platform   TEXT NOT NULL,
    account    TEXT NOT NULL CHECK (account <> ''),
    lane       BLOB NOT NULL,
    revision   INTEGER NOT NULL,
    sealed     BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (platform, account, lane)
) STRICT, WITHOUT ROWID;

CREATE INDEX approvals_expiring ON approvals (expires_at);

-- Since when a device has stood where it stands; nought in rows from before, which have stood there since they were enrolled.
ALTER TABLE devices ADD COLUMN standing_since INTEGER NOT NULL DEFAULT 0;

-- What a device on probation did, for its owner to look at. Sealed; empty for one that is trusted.
ALTER TABLE devices ADD COLUMN activity BLOB NOT NULL DEFAULT x'';
