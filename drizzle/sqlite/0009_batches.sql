-- Commits that a device sent between two rests are one batch; null: a batch of its own.
ALTER TABLE commits ADD COLUMN batch_id BLOB;
CREATE INDEX commits_batch ON commits (library_id, batch_id, first_seq);
