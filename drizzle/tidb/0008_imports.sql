-- Imports that have begun and are not finished; nobody may serve what one of everything has left so far.
CREATE TABLE IF NOT EXISTS imports (
  id BINARY(16) NOT NULL,
  source_id BINARY(16) NOT NULL,
  source_state BINARY(32) NOT NULL,
  started_at_ms BIGINT NOT NULL,
  PRIMARY KEY (id) CLUSTERED
);
