-- Ids are UUIDv4 as 16 bytes, hashes 32 bytes, names and e-mails their exact UTF-8 bytes, times ms since 1970.
-- TiDB has no transactions over changes of tables: every statement here can be run twice.
-- What each column means is written at its twin in apps/server/src/adapters/database/tables.ts.

CREATE TABLE IF NOT EXISTS accounts (
  id BINARY(16) NOT NULL PRIMARY KEY CLUSTERED,
  email VARBINARY(320) NOT NULL,
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  admin TINYINT(1) NOT NULL,
  suspended TINYINT(1) NOT NULL,
  limit_bytes BIGINT UNSIGNED NOT NULL,
  used_bytes BIGINT UNSIGNED NOT NULL,
  reserved_bytes BIGINT UNSIGNED NOT NULL,
  created_at_ms BIGINT NOT NULL,
  UNIQUE KEY accounts_email (email)
);

CREATE TABLE IF NOT EXISTS devices (
  id BINARY(16) NOT NULL PRIMARY KEY CLUSTERED,
  account_id BINARY(16) NOT NULL,
  name VARBINARY(120) NOT NULL,
  token_hash BINARY(32) NOT NULL,
  created_at_ms BIGINT NOT NULL,
  last_seen_ms BIGINT,
  revoked_at_ms BIGINT,
  UNIQUE KEY devices_token_hash (token_hash),
  KEY devices_account (account_id)
);

CREATE TABLE IF NOT EXISTS libraries (
  id BINARY(16) NOT NULL PRIMARY KEY CLUSTERED,
  owner_id BINARY(16) NOT NULL,
  name VARBINARY(255) NOT NULL,
  name_key BINARY(32),
  head_seq BIGINT UNSIGNED NOT NULL,
  head_chain BINARY(32) NOT NULL,
  ref_version BIGINT UNSIGNED NOT NULL,
  stored_bytes BIGINT UNSIGNED NOT NULL,
  created_at_ms BIGINT NOT NULL,
  deleted_at_ms BIGINT,
  UNIQUE KEY libraries_owner_name (owner_id, name_key)
);

CREATE TABLE IF NOT EXISTS library_members (
  library_id BINARY(16) NOT NULL,
  account_id BINARY(16) NOT NULL,
  role VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (library_id, account_id) CLUSTERED,
  KEY library_members_account (account_id)
);
