-- When a browser's session ends, and how long it may stay unused before; devices have neither.
ALTER TABLE devices ADD COLUMN expires_at_ms INTEGER;
ALTER TABLE devices ADD COLUMN idle_life_ms INTEGER;
CREATE INDEX devices_expiry ON devices (revoked_at_ms, expires_at_ms);
