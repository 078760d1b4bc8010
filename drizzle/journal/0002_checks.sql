-- How far the checks of a root have come.
CREATE TABLE checks (
  root INTEGER PRIMARY KEY REFERENCES roots (root) ON DELETE CASCADE,
  state TEXT NOT NULL -- JSON
) STRICT;

-- Files that were found to hold other bytes than both sides agreed on, though nothing shows a change.
CREATE TABLE damaged (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  entry_id BLOB NOT NULL,
  found TEXT NOT NULL, -- JSON: what was read, under which stamp, and when
  PRIMARY KEY (root, entry_id)
) STRICT, WITHOUT ROWID;
