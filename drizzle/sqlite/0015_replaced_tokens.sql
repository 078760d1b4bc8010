-- Devices replace their tokens: when the current one was first used, and why a device was signed out unasked.
ALTER TABLE devices ADD COLUMN token_used_at_ms INTEGER;
ALTER TABLE devices ADD COLUMN revoked_why TEXT;

-- Tokens of devices that others have taken the place of. Whoever uses one of them has a copy.
CREATE TABLE replaced_tokens (
  token_hash BLOB NOT NULL PRIMARY KEY,
  device_id BLOB NOT NULL,
  by_hash BLOB NOT NULL,
  replaced_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX replaced_tokens_device ON replaced_tokens (device_id, replaced_at_ms);
