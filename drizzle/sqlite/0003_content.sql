-- With a rowid, as chunk_lists: a chunk list is up to 36 KB.
CREATE TABLE revisions (
  library_id BLOB NOT NULL,
  content_id BLOB NOT NULL,
  staged_by BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  refs BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (library_id, content_id, staged_by)
) STRICT;

CREATE TABLE chunk_lists (
  library_id BLOB NOT NULL,
  list_id BLOB NOT NULL,
  staged_by BLOB NOT NULL,
  content_bytes INTEGER NOT NULL,
  refs BLOB NOT NULL,
  PRIMARY KEY (library_id, list_id, staged_by)
) STRICT;

CREATE TABLE packs (
  library_id BLOB NOT NULL,
  pack_id BLOB NOT NULL,
  object_key BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  uploader_id BLOB NOT NULL,
  state TEXT NOT NULL,
  upload_id BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (library_id, pack_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX packs_upload ON packs (upload_id, sha256);

CREATE TABLE locations (
  library_id BLOB NOT NULL,
  chunk_id BLOB NOT NULL,
  pack_id BLOB NOT NULL,
  offset INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  plain_bytes INTEGER NOT NULL,
  codec TEXT NOT NULL,
  stored_sha256 BLOB NOT NULL,
  uploader_id BLOB NOT NULL,
  verified INTEGER NOT NULL,
  PRIMARY KEY (library_id, chunk_id, pack_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE uploads (
  id BLOB NOT NULL PRIMARY KEY,
  library_id BLOB NOT NULL,
  account_id BLOB NOT NULL,
  device_id BLOB NOT NULL,
  payer_id BLOB NOT NULL,
  state TEXT NOT NULL,
  reserved_bytes INTEGER NOT NULL CHECK (reserved_bytes >= 0),
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_expiry ON uploads (state, expires_at_ms);

CREATE TABLE upload_chunks (
  upload_id BLOB NOT NULL,
  chunk_id BLOB NOT NULL,
  reserved_bytes INTEGER NOT NULL,
  PRIMARY KEY (upload_id, chunk_id)
) STRICT, WITHOUT ROWID;
