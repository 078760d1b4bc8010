-- The engine's memory. Ids are 16 raw bytes, hashes 32; nanosecond times and inodes are decimal text, because
-- JavaScript numbers cannot hold them; names compare by their UTF-8 bytes.

CREATE TABLE session (
  one_row INTEGER PRIMARY KEY CHECK (one_row = 1),
  server_url TEXT NOT NULL,
  email TEXT NOT NULL,
  account_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  device_name TEXT NOT NULL
) STRICT;

CREATE TABLE roots (
  root INTEGER PRIMARY KEY,
  root_id TEXT NOT NULL UNIQUE,
  library_id TEXT NOT NULL,
  library_name TEXT NOT NULL,
  path TEXT NOT NULL,
  folder_id TEXT NOT NULL,
  paused INTEGER NOT NULL,
  paused_until_ms INTEGER, -- null: until a person resumes
  cursor TEXT,             -- null: nothing pulled yet
  listing_page_token TEXT, -- null: the first page is next
  listing_cursor TEXT      -- null: no first listing is under way
) STRICT;

-- What both sides last agreed on: whole.
CREATE TABLE base (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  entry_id BLOB NOT NULL,
  parent_id BLOB NOT NULL,
  name TEXT NOT NULL,       -- as the server spells it
  local_name TEXT NOT NULL, -- as this disk spells it
  kind TEXT NOT NULL,
  content_id BLOB,          -- files only
  size_bytes INTEGER,       -- files only
  executable INTEGER,       -- files only
  target TEXT,              -- symlinks only
  mtime_ms INTEGER NOT NULL,
  content_seq INTEGER NOT NULL,
  place_seq INTEGER NOT NULL,
  attributes_seq INTEGER NOT NULL,
  inode TEXT NOT NULL,
  birthtime_ns TEXT NOT NULL,
  stamp_size_bytes INTEGER NOT NULL,
  stamp_mtime_ns TEXT NOT NULL,
  stamp_ctime_ns TEXT NOT NULL,
  PRIMARY KEY (root, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX base_by_name ON base (root, parent_id, name);
CREATE INDEX base_by_local_name ON base (root, parent_id, local_name);
CREATE INDEX base_by_inode ON base (root, inode, birthtime_ns);
CREATE INDEX base_by_content ON base (root, content_id) WHERE content_id IS NOT NULL;

-- What the disk shows, only where it differs from base. A row without a parent says that the entry is absent.
CREATE TABLE local (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  entry_id BLOB NOT NULL,
  confirmed INTEGER,        -- absent entries only
  parent_id BLOB,
  name TEXT,
  local_name TEXT,
  kind TEXT,
  content_id BLOB,          -- null for a file whose bytes have not been read
  size_bytes INTEGER,
  executable INTEGER,
  target TEXT,
  mtime_ms INTEGER,
  inode TEXT,
  birthtime_ns TEXT,
  stamp_size_bytes INTEGER,
  stamp_mtime_ns TEXT,
  stamp_ctime_ns TEXT,
  PRIMARY KEY (root, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX local_by_name ON local (root, parent_id, name);
CREATE INDEX local_by_local_name ON local (root, parent_id, local_name);

-- What the server says, only where it differs from base.
CREATE TABLE remote (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  entry_id BLOB NOT NULL,
  parent_id BLOB,
  name TEXT,
  kind TEXT,
  content_id BLOB,
  size_bytes INTEGER,
  executable INTEGER,
  target TEXT,
  mtime_ms INTEGER,
  content_seq INTEGER,
  place_seq INTEGER,
  attributes_seq INTEGER,
  PRIMARY KEY (root, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX remote_by_name ON remote (root, parent_id, name);

-- Every entry with a row in `local` or `remote`, numbered in the order in which they began to differ.
CREATE TABLE dirty (
  dirty_seq INTEGER PRIMARY KEY,
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  entry_id BLOB NOT NULL,
  UNIQUE (root, entry_id)
) STRICT;

CREATE TABLE sent (
  root INTEGER PRIMARY KEY REFERENCES roots (root) ON DELETE CASCADE,
  op_id TEXT NOT NULL,
  ops TEXT NOT NULL -- JSON: operations, each with the local state it came from
) STRICT;

CREATE TABLE chunks (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  content_id BLOB NOT NULL,
  refs BLOB NOT NULL, -- 36 bytes a chunk: hash, length
  PRIMARY KEY (root, content_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE troubles (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  path TEXT NOT NULL,
  trouble TEXT NOT NULL, -- JSON
  since_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  next_try_ms INTEGER,   -- null: not before the path changes
  PRIMARY KEY (root, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE activity (
  activity_id INTEGER PRIMARY KEY,
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX activity_by_root ON activity (root, activity_id);

CREATE TABLE conflicts (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  copy_path TEXT NOT NULL,
  path TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (root, copy_path)
) STRICT, WITHOUT ROWID;

-- Folders that were deleted elsewhere and stay here for the ignored files inside.
CREATE TABLE detached_folders (
  root INTEGER NOT NULL REFERENCES roots (root) ON DELETE CASCADE,
  path TEXT NOT NULL,
  PRIMARY KEY (root, path)
) STRICT, WITHOUT ROWID;
