-- Which contents need a chunk whose bytes no pack has any more: devices that have the file are asked for it.
CREATE TABLE lost_chunks (
  library_id BLOB NOT NULL,
  chunk_id BLOB NOT NULL,
  content_id BLOB NOT NULL,
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (library_id, chunk_id, content_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lost_chunks_content ON lost_chunks (library_id, content_id);

-- Packs that a device got other bytes from than it asked for: they are read back soon.
CREATE TABLE suspect_packs (
  library_id BLOB NOT NULL,
  pack_id BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (library_id, pack_id)
) STRICT, WITHOUT ROWID;
