-- Who does a job that must run once across all servers of an installation.
CREATE TABLE IF NOT EXISTS leases (
  name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY CLUSTERED,
  holder BINARY(16) NOT NULL,
  fence BIGINT UNSIGNED NOT NULL,
  until_ms BIGINT NOT NULL
);
