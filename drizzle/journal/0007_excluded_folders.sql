-- Folders of the server that this device leaves out, with all that is in them.
CREATE TABLE excluded_folders (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  entry_id BLOB NOT NULL,
  PRIMARY KEY (root, entry_id)
) STRICT, WITHOUT ROWID;

-- What is left out and has nothing here differs for good: plans need not look at it until something about it changes.
ALTER TABLE dirty ADD COLUMN resting INTEGER NOT NULL DEFAULT 0;
CREATE INDEX dirty_awake ON dirty (root, dirty_seq) WHERE resting = 0;
