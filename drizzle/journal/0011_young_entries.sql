-- Entries that this device has changed lately, and the boot of the system in which it did: until the system has written
-- them back, a power cut may take them from the disk.
CREATE TABLE young_entries (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  entry_id BLOB NOT NULL,
  boot_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (root, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX young_entries_by_age ON young_entries (root, at_ms);
