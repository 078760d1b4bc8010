-- The verifier finds the sealed packs whose chunks it has not hashed yet.
ALTER TABLE packs ADD COLUMN IF NOT EXISTS checked_at_ms BIGINT;
ALTER TABLE packs ADD INDEX IF NOT EXISTS packs_state (state, library_id, pack_id);
