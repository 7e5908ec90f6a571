-- The history of a device's cookie: how many next generations were issued, what was superseded, from which networks it logged
-- in. Opaque here; the row's MAC covers it. And the moment from which an account's value is frozen, under the account's MAC.
ALTER TABLE devices ADD COLUMN ratchet BLOB NOT NULL DEFAULT x'';
ALTER TABLE accounts ADD COLUMN value_frozen_at INTEGER;
