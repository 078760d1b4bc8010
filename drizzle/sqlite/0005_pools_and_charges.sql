-- An organisation's pool, handed to its members in slices, so that its row is not written for every upload.
CREATE TABLE organisations (
  id BLOB NOT NULL PRIMARY KEY,
  name BLOB NOT NULL,
  limit_bytes INTEGER NOT NULL,
  sliced_bytes INTEGER NOT NULL CHECK (sliced_bytes >= 0),
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organisations_name ON organisations (name);

ALTER TABLE accounts ADD COLUMN organisation_id BLOB;
ALTER TABLE accounts ADD COLUMN slice_bytes INTEGER NOT NULL DEFAULT 0 CHECK (slice_bytes >= 0);
CREATE INDEX accounts_organisation ON accounts (organisation_id);

ALTER TABLE libraries ADD COLUMN limit_bytes INTEGER;
ALTER TABLE libraries ADD COLUMN reserved_bytes INTEGER NOT NULL DEFAULT 0 CHECK (reserved_bytes >= 0);
UPDATE libraries SET reserved_bytes =
  (SELECT coalesce(sum(u.reserved_bytes), 0) FROM uploads u WHERE u.library_id = libraries.id AND u.state = 'open');

-- What is held can be counted again.
CREATE INDEX uploads_library ON uploads (library_id, state);
CREATE INDEX uploads_payer ON uploads (payer_id, state);

-- What a sealed chunk was charged for, so that what is used can be counted again: one location per uploader of it.
ALTER TABLE locations ADD COLUMN charged INTEGER NOT NULL DEFAULT 0;
UPDATE locations SET charged = 1 WHERE pack_id = (
  SELECT min(other.pack_id) FROM locations other
  WHERE other.library_id = locations.library_id AND other.chunk_id = locations.chunk_id
    AND other.uploader_id = locations.uploader_id
);
