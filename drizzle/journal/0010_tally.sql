-- The names of the root's tally: the one before the last, and the last. A folder that has another one is not of this journal.
ALTER TABLE roots ADD COLUMN tally_now TEXT;
ALTER TABLE roots ADD COLUMN tally_next TEXT;
