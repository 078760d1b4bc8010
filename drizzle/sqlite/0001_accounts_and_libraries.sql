-- Ids are UUIDv4 as 16 bytes, hashes 32 bytes, names and e-mails their exact UTF-8 bytes, times ms since 1970.
-- What each column means is written at its twin in apps/server/src/adapters/database/tables.ts.

CREATE TABLE accounts (
  id BLOB NOT NULL PRIMARY KEY,
  email BLOB NOT NULL,
  password_hash TEXT NOT NULL,
  admin INTEGER NOT NULL,
  suspended INTEGER NOT NULL,
  limit_bytes INTEGER NOT NULL,
  used_bytes INTEGER NOT NULL CHECK (used_bytes >= 0),
  reserved_bytes INTEGER NOT NULL CHECK (reserved_bytes >= 0),
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_email ON accounts (email);

CREATE TABLE devices (
  id BLOB NOT NULL PRIMARY KEY,
  account_id BLOB NOT NULL,
  name BLOB NOT NULL,
  token_hash BLOB NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_seen_ms INTEGER,
  revoked_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX devices_token_hash ON devices (token_hash);
CREATE INDEX devices_account ON devices (account_id);

CREATE TABLE libraries (
  id BLOB NOT NULL PRIMARY KEY,
  owner_id BLOB NOT NULL,
  name BLOB NOT NULL,
  name_key BLOB,
  head_seq INTEGER NOT NULL,
  head_chain BLOB NOT NULL,
  ref_version INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL CHECK (stored_bytes >= 0),
  created_at_ms INTEGER NOT NULL,
  deleted_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX libraries_owner_name ON libraries (owner_id, name_key);

CREATE TABLE library_members (
  library_id BLOB NOT NULL,
  account_id BLOB NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (library_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX library_members_account ON library_members (account_id);
