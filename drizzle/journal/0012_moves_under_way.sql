-- Moves that are about to give a file its second name, or have: from before that until what they did is recorded. A start
-- that finds one finishes it.
CREATE TABLE moves_under_way (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  entry_id BLOB NOT NULL,
  from_path TEXT NOT NULL,
  to_path TEXT NOT NULL,
  into_id BLOB NOT NULL,      -- the folder of to_path
  kind TEXT NOT NULL,         -- move, park or copy
  copy_id BLOB,               -- copy only: the entry that the file becomes; null: it keeps its own
  inode TEXT NOT NULL,        -- of the file, as it was before
  birthtime_ns TEXT NOT NULL, -- the same
  links INTEGER NOT NULL,     -- how many names it had before
  PRIMARY KEY (root, entry_id, to_path)
) STRICT, WITHOUT ROWID;
