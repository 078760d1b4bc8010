-- Conflicts that a person has settled, for as long as that can be taken back.
CREATE TABLE resolved_conflicts (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  copy_path TEXT NOT NULL,
  path TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  kept TEXT NOT NULL,
  resolved_ms INTEGER NOT NULL,
  trash_path TEXT, -- null: both were kept
  PRIMARY KEY (root, copy_path, at_ms)
) STRICT, WITHOUT ROWID;
