-- The verifier finds the sealed packs whose chunks it has not hashed yet.
ALTER TABLE packs ADD COLUMN checked_at_ms INTEGER;
CREATE INDEX packs_state ON packs (state, library_id, pack_id);
