-- Imports that have begun. Nobody may serve a database into which one of everything has not finished.
CREATE TABLE IF NOT EXISTS imports (
  id BINARY(16) NOT NULL,
  source_id BINARY(16) NOT NULL,
  source_state BINARY(32) NOT NULL,
  started_at_ms BIGINT NOT NULL,
  finished_at_ms BIGINT,
  PRIMARY KEY (id) CLUSTERED
);
