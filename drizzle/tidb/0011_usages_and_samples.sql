-- What is in a library, as its last collection of garbage measured it.
CREATE TABLE IF NOT EXISTS usages (
  library_id BINARY(16) NOT NULL PRIMARY KEY CLUSTERED,
  at_ms BIGINT NOT NULL,
  ref_version BIGINT UNSIGNED NOT NULL,
  settled TINYINT(1) NOT NULL,
  live_files BIGINT UNSIGNED NOT NULL,
  live_bytes BIGINT UNSIGNED NOT NULL,
  trash_files BIGINT UNSIGNED NOT NULL,
  trash_bytes BIGINT UNSIGNED NOT NULL,
  chunks BIGINT UNSIGNED NOT NULL,
  chunk_bytes BIGINT UNSIGNED NOT NULL,
  history_bytes BIGINT UNSIGNED NOT NULL,
  condemned_chunks BIGINT UNSIGNED NOT NULL,
  condemned_bytes BIGINT UNSIGNED NOT NULL,
  packs BIGINT UNSIGNED NOT NULL,
  pack_bytes BIGINT UNSIGNED NOT NULL,
  empty_packs BIGINT UNSIGNED NOT NULL,
  empty_pack_bytes BIGINT UNSIGNED NOT NULL
);

-- What each start of a server did in an hour; what there was then has no server.
CREATE TABLE IF NOT EXISTS samples (
  hour_ms BIGINT NOT NULL,
  name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  server_id BINARY(16) NOT NULL,
  value BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (hour_ms, name, server_id) CLUSTERED
);
