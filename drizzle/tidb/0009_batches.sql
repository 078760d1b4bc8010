-- Commits that a device sent between two rests are one batch; null: a batch of its own.
ALTER TABLE commits ADD COLUMN IF NOT EXISTS batch_id BINARY(16);
ALTER TABLE commits ADD INDEX IF NOT EXISTS commits_batch (library_id, batch_id, first_seq);
