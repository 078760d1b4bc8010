-- When a browser's session ends, and how long it may stay unused before; devices have neither.
ALTER TABLE devices ADD COLUMN IF NOT EXISTS expires_at_ms BIGINT;
ALTER TABLE devices ADD COLUMN IF NOT EXISTS idle_life_ms BIGINT;
ALTER TABLE devices ADD INDEX IF NOT EXISTS devices_expiry (revoked_at_ms, expires_at_ms);
