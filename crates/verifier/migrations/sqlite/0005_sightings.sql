-- Which known devices of a browser release were seen in an hour, and what of them differed from enrolment: a row for each device
-- under the empty shift, and one for each shift. They are counted across accounts, so the key begins with platform and
-- release; release and account are keyed digests, which name nobody.
CREATE TABLE sightings (
    platform   TEXT    NOT NULL,
    release    BLOB    NOT NULL,
    shift      TEXT    NOT NULL,
    account    BLOB    NOT NULL,
    window     INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (platform, release, shift, account, window)
) STRICT, WITHOUT ROWID;

CREATE INDEX sightings_expiring ON sightings (expires_at);
