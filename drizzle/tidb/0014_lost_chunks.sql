-- Which contents need a chunk whose bytes no pack has any more: devices that have the file are asked for it.
CREATE TABLE IF NOT EXISTS lost_chunks (
  library_id BINARY(16) NOT NULL,
  chunk_id BINARY(32) NOT NULL,
  content_id BINARY(32) NOT NULL,
  since_ms BIGINT NOT NULL,
  PRIMARY KEY (library_id, chunk_id, content_id) CLUSTERED,
  KEY lost_chunks_content (library_id, content_id)
);

-- Packs that a device got other bytes from than it asked for: they are read back soon.
CREATE TABLE IF NOT EXISTS suspect_packs (
  library_id BINARY(16) NOT NULL,
  pack_id BINARY(16) NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (library_id, pack_id) CLUSTERED
);
