-- How long a library keeps versions and trash (0: forever, null: as the server says), and up to which change it has ended
-- them. docs/spec/retention.md says what collects what nothing needs any more.
ALTER TABLE libraries ADD COLUMN IF NOT EXISTS version_days BIGINT UNSIGNED;
ALTER TABLE libraries ADD COLUMN IF NOT EXISTS trash_days BIGINT UNSIGNED;
ALTER TABLE libraries ADD COLUMN IF NOT EXISTS versions_ended_seq BIGINT UNSIGNED;
ALTER TABLE libraries ADD COLUMN IF NOT EXISTS trash_ended_seq BIGINT UNSIGNED;
ALTER TABLE libraries ADD COLUMN IF NOT EXISTS collection BIGINT UNSIGNED;

-- What refers to a content.
ALTER TABLE entries ADD INDEX IF NOT EXISTS entries_content (library_id, content_id, deleted_seq);
ALTER TABLE changes ADD INDEX IF NOT EXISTS changes_content (library_id, content_id, ended_seq);

-- Since when nothing has needed a chunk, and what is left of a pack.
ALTER TABLE locations ADD COLUMN IF NOT EXISTS condemned_at_ms BIGINT;
ALTER TABLE locations ADD INDEX IF NOT EXISTS locations_pack (library_id, pack_id);
ALTER TABLE packs ADD COLUMN IF NOT EXISTS freed_chunks BIGINT UNSIGNED;
ALTER TABLE packs ADD COLUMN IF NOT EXISTS emptied_at_ms BIGINT;
