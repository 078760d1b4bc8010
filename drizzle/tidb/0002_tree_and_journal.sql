CREATE TABLE IF NOT EXISTS entries (
  library_id BINARY(16) NOT NULL,
  entry_id BINARY(16) NOT NULL,
  parent_id BINARY(16) NOT NULL,
  name VARBINARY(255) NOT NULL,
  kind VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_id BINARY(32),
  size_bytes BIGINT UNSIGNED NOT NULL,
  executable TINYINT(1) NOT NULL,
  target VARBINARY(4095),
  mtime_ms BIGINT NOT NULL,
  content_seq BIGINT UNSIGNED NOT NULL,
  place_seq BIGINT UNSIGNED NOT NULL,
  attributes_seq BIGINT UNSIGNED NOT NULL,
  name_key BINARY(32),
  deleted_seq BIGINT UNSIGNED,
  last_seq BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (library_id, entry_id) CLUSTERED,
  UNIQUE KEY entries_place (library_id, parent_id, name_key),
  KEY entries_deleted (library_id, deleted_seq)
);

CREATE TABLE IF NOT EXISTS changes (
  library_id BINARY(16) NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  entry_id BINARY(16) NOT NULL,
  parent_id BINARY(16) NOT NULL,
  name VARBINARY(255) NOT NULL,
  kind VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_id BINARY(32),
  size_bytes BIGINT UNSIGNED NOT NULL,
  executable TINYINT(1) NOT NULL,
  target VARBINARY(4095),
  mtime_ms BIGINT NOT NULL,
  content_seq BIGINT UNSIGNED NOT NULL,
  place_seq BIGINT UNSIGNED NOT NULL,
  attributes_seq BIGINT UNSIGNED NOT NULL,
  deleted TINYINT(1) NOT NULL,
  first_seq BIGINT UNSIGNED NOT NULL,
  ended_seq BIGINT UNSIGNED,
  PRIMARY KEY (library_id, seq) CLUSTERED,
  KEY changes_entry (library_id, entry_id, seq)
);

CREATE TABLE IF NOT EXISTS commits (
  library_id BINARY(16) NOT NULL,
  first_seq BIGINT UNSIGNED NOT NULL,
  last_seq BIGINT UNSIGNED NOT NULL,
  device_id BINARY(16) NOT NULL,
  account_id BINARY(16) NOT NULL,
  op_id BINARY(16) NOT NULL,
  chain BINARY(32) NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (library_id, first_seq) CLUSTERED
);

CREATE TABLE IF NOT EXISTS answers (
  device_id BINARY(16) NOT NULL,
  op_id BINARY(16) NOT NULL,
  library_id BINARY(16) NOT NULL,
  payload_hash BINARY(32) NOT NULL,
  head_seq BIGINT UNSIGNED NOT NULL,
  chain BINARY(32) NOT NULL,
  results MEDIUMTEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (device_id, op_id) CLUSTERED
);
