-- What is in a library, as its last collection of garbage measured it.
CREATE TABLE usages (
  library_id BLOB NOT NULL PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  ref_version INTEGER NOT NULL,
  settled INTEGER NOT NULL,
  live_files INTEGER NOT NULL,
  live_bytes INTEGER NOT NULL,
  trash_files INTEGER NOT NULL,
  trash_bytes INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  chunk_bytes INTEGER NOT NULL,
  history_bytes INTEGER NOT NULL,
  condemned_chunks INTEGER NOT NULL,
  condemned_bytes INTEGER NOT NULL,
  packs INTEGER NOT NULL,
  pack_bytes INTEGER NOT NULL,
  empty_packs INTEGER NOT NULL,
  empty_pack_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What each start of a server did in an hour; what there was then has no server.
CREATE TABLE samples (
  hour_ms INTEGER NOT NULL,
  name TEXT NOT NULL,
  server_id BLOB NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (hour_ms, name, server_id)
) STRICT, WITHOUT ROWID;
