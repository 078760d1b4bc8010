-- What people and the server itself did to accounts, quotas and members; file changes are in the journal.
CREATE TABLE IF NOT EXISTS audit (
  id BINARY(16) NOT NULL PRIMARY KEY CLUSTERED,
  at_ms BIGINT NOT NULL,
  actor VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  action VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  details MEDIUMTEXT NOT NULL,
  KEY audit_time (at_ms)
);
