-- How long a library keeps versions and trash (0: forever, null: as the server says), and up to which change it has ended
-- them. docs/spec/retention.md says what collects what nothing needs any more.
ALTER TABLE libraries ADD COLUMN version_days INTEGER;
ALTER TABLE libraries ADD COLUMN trash_days INTEGER;
ALTER TABLE libraries ADD COLUMN versions_ended_seq INTEGER;
ALTER TABLE libraries ADD COLUMN trash_ended_seq INTEGER;
ALTER TABLE libraries ADD COLUMN collection INTEGER;

-- What refers to a content.
CREATE INDEX entries_content ON entries (library_id, content_id, deleted_seq);
CREATE INDEX changes_content ON changes (library_id, content_id, ended_seq);

-- Since when nothing has needed a chunk, and what is left of a pack.
ALTER TABLE locations ADD COLUMN condemned_at_ms INTEGER;
CREATE INDEX locations_pack ON locations (library_id, pack_id);
ALTER TABLE packs ADD COLUMN freed_chunks INTEGER;
ALTER TABLE packs ADD COLUMN emptied_at_ms INTEGER;
