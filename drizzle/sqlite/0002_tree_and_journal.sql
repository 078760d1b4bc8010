CREATE TABLE entries (
  library_id BLOB NOT NULL,
  entry_id BLOB NOT NULL,
  parent_id BLOB NOT NULL,
  name BLOB NOT NULL,
  kind TEXT NOT NULL,
  content_id BLOB,
  size_bytes INTEGER NOT NULL,
  executable INTEGER NOT NULL,
  target BLOB,
  mtime_ms INTEGER NOT NULL,
  content_seq INTEGER NOT NULL,
  place_seq INTEGER NOT NULL,
  attributes_seq INTEGER NOT NULL,
  name_key BLOB,
  deleted_seq INTEGER,
  last_seq INTEGER NOT NULL,
  PRIMARY KEY (library_id, entry_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entries_place ON entries (library_id, parent_id, name_key);
CREATE INDEX entries_deleted ON entries (library_id, deleted_seq);

CREATE TABLE changes (
  library_id BLOB NOT NULL,
  seq INTEGER NOT NULL,
  entry_id BLOB NOT NULL,
  parent_id BLOB NOT NULL,
  name BLOB NOT NULL,
  kind TEXT NOT NULL,
  content_id BLOB,
  size_bytes INTEGER NOT NULL,
  executable INTEGER NOT NULL,
  target BLOB,
  mtime_ms INTEGER NOT NULL,
  content_seq INTEGER NOT NULL,
  place_seq INTEGER NOT NULL,
  attributes_seq INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  ended_seq INTEGER,
  PRIMARY KEY (library_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX changes_entry ON changes (library_id, entry_id, seq);

CREATE TABLE commits (
  library_id BLOB NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  device_id BLOB NOT NULL,
  account_id BLOB NOT NULL,
  op_id BLOB NOT NULL,
  chain BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (library_id, first_seq)
) STRICT, WITHOUT ROWID;

-- With a rowid: its JSON may be long, and long rows make a clustered tree slow.
CREATE TABLE answers (
  device_id BLOB NOT NULL,
  op_id BLOB NOT NULL,
  library_id BLOB NOT NULL,
  payload_hash BLOB NOT NULL,
  head_seq INTEGER NOT NULL,
  chain BLOB NOT NULL,
  results TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (device_id, op_id)
) STRICT;
