-- Deletes that wait for a yes: what a person said about them, and how many left lately without being asked for.
-- Which ones wait is not stored: it follows from the trees.

CREATE INDEX local_absent ON local (root, entry_id) WHERE parent_id IS NULL;

-- No row: as everywhere.
CREATE TABLE delete_thresholds (
  root INTEGER PRIMARY KEY REFERENCES roots (root) ON DELETE CASCADE,
  files INTEGER,  -- null: never held for their number
  percent INTEGER -- null: never held for their part of the library
) STRICT;

CREATE TABLE approved_deletes (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  entry_id BLOB NOT NULL,
  content_seq INTEGER NOT NULL,
  place_seq INTEGER NOT NULL,
  batch_id TEXT NOT NULL,
  PRIMARY KEY (root, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sent_deletes (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  at_ms INTEGER NOT NULL,
  files INTEGER NOT NULL
) STRICT;
CREATE INDEX sent_deletes_by_root ON sent_deletes (root, at_ms);

ALTER TABLE sent ADD COLUMN batch_id TEXT; -- null: sent by a program that knew no batches
