-- Imports that have begun. Nobody may serve a database into which one of everything has not finished.
CREATE TABLE imports (
  id BLOB NOT NULL PRIMARY KEY,
  source_id BLOB NOT NULL,
  source_state BLOB NOT NULL,
  started_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER
) STRICT, WITHOUT ROWID;
