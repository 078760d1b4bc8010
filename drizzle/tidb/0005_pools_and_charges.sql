-- An organisation's pool, handed to its members in slices, so that its row is not written for every upload.
CREATE TABLE IF NOT EXISTS organisations (
  id BINARY(16) NOT NULL PRIMARY KEY CLUSTERED,
  name VARBINARY(255) NOT NULL,
  limit_bytes BIGINT UNSIGNED NOT NULL,
  sliced_bytes BIGINT UNSIGNED NOT NULL,
  created_at_ms BIGINT NOT NULL,
  UNIQUE KEY organisations_name (name)
);

ALTER TABLE accounts
  ADD COLUMN IF NOT EXISTS organisation_id BINARY(16),
  ADD COLUMN IF NOT EXISTS slice_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD INDEX IF NOT EXISTS accounts_organisation (organisation_id);

ALTER TABLE libraries
  ADD COLUMN IF NOT EXISTS limit_bytes BIGINT UNSIGNED,
  ADD COLUMN IF NOT EXISTS reserved_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0;

-- What is held can be counted again.
ALTER TABLE uploads ADD INDEX IF NOT EXISTS uploads_library (library_id, state);
ALTER TABLE uploads ADD INDEX IF NOT EXISTS uploads_payer (payer_id, state);

-- What a sealed chunk was charged for, so that what is used can be counted again.
-- No database of this dialect is older than this column, so nothing has to be filled in.
ALTER TABLE locations ADD COLUMN IF NOT EXISTS charged TINYINT(1) NOT NULL DEFAULT 0;
