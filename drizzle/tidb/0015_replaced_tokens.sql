-- Devices replace their tokens: when the current one was first used, and why a device was signed out unasked.
ALTER TABLE devices ADD COLUMN IF NOT EXISTS token_used_at_ms BIGINT;
ALTER TABLE devices ADD COLUMN IF NOT EXISTS revoked_why VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin;

-- Tokens of devices that others have taken the place of. Whoever uses one of them has a copy.
CREATE TABLE IF NOT EXISTS replaced_tokens (
  token_hash BINARY(32) NOT NULL PRIMARY KEY CLUSTERED,
  device_id BINARY(16) NOT NULL,
  by_hash BINARY(32) NOT NULL,
  replaced_at_ms BIGINT NOT NULL,
  KEY replaced_tokens_device (device_id, replaced_at_ms)
);
