-- What people and the server itself did to accounts, quotas and members; file changes are in the journal.
CREATE TABLE audit (
  id BLOB NOT NULL PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_time ON audit (at_ms);
