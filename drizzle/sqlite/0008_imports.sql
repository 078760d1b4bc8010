-- Imports that have begun and are not finished; nobody may serve what one of everything has left so far.
CREATE TABLE imports (
  id BLOB NOT NULL PRIMARY KEY,
  source_id BLOB NOT NULL,
  source_state BLOB NOT NULL,
  started_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
