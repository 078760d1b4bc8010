CREATE TABLE IF NOT EXISTS revisions (
  library_id BINARY(16) NOT NULL,
  content_id BINARY(32) NOT NULL,
  staged_by BINARY(16) NOT NULL,
  size_bytes BIGINT UNSIGNED NOT NULL,
  depth BIGINT UNSIGNED NOT NULL,
  refs MEDIUMBLOB NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (library_id, content_id, staged_by) CLUSTERED
);

CREATE TABLE IF NOT EXISTS chunk_lists (
  library_id BINARY(16) NOT NULL,
  list_id BINARY(32) NOT NULL,
  staged_by BINARY(16) NOT NULL,
  content_bytes BIGINT UNSIGNED NOT NULL,
  refs MEDIUMBLOB NOT NULL,
  PRIMARY KEY (library_id, list_id, staged_by) CLUSTERED
);

CREATE TABLE IF NOT EXISTS packs (
  library_id BINARY(16) NOT NULL,
  pack_id BINARY(16) NOT NULL,
  object_key VARBINARY(200) NOT NULL,
  size_bytes BIGINT UNSIGNED NOT NULL,
  sha256 BINARY(32) NOT NULL,
  uploader_id BINARY(16) NOT NULL,
  state VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  upload_id BINARY(16) NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (library_id, pack_id) CLUSTERED,
  UNIQUE KEY packs_upload (upload_id, sha256)
);

CREATE TABLE IF NOT EXISTS locations (
  library_id BINARY(16) NOT NULL,
  chunk_id BINARY(32) NOT NULL,
  pack_id BINARY(16) NOT NULL,
  `offset` BIGINT UNSIGNED NOT NULL,
  stored_bytes BIGINT UNSIGNED NOT NULL,
  plain_bytes BIGINT UNSIGNED NOT NULL,
  codec VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stored_sha256 BINARY(32) NOT NULL,
  uploader_id BINARY(16) NOT NULL,
  verified TINYINT(1) NOT NULL,
  PRIMARY KEY (library_id, chunk_id, pack_id) CLUSTERED
);

CREATE TABLE IF NOT EXISTS uploads (
  id BINARY(16) NOT NULL PRIMARY KEY CLUSTERED,
  library_id BINARY(16) NOT NULL,
  account_id BINARY(16) NOT NULL,
  device_id BINARY(16) NOT NULL,
  payer_id BINARY(16) NOT NULL,
  state VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reserved_bytes BIGINT UNSIGNED NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  KEY uploads_expiry (state, expires_at_ms)
);

CREATE TABLE IF NOT EXISTS upload_chunks (
  upload_id BINARY(16) NOT NULL,
  chunk_id BINARY(32) NOT NULL,
  reserved_bytes BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (upload_id, chunk_id) CLUSTERED
);
