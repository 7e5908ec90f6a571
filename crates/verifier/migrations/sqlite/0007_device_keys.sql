-- The thumbprint of a device's key, so that an attempt finds the device that it names before anybody has said which
-- account it is for. Null in rows from before: they are found once the device has logged in again.
ALTER TABLE devices ADD COLUMN key_id BLOB;

CREATE INDEX devices_by_key ON devices (platform, key_id) WHERE key_id IS NOT NULL;
