-- Whether deletes wait for a yes: once they do, nothing but a person ends it, whatever becomes of the numbers.
ALTER TABLE roots ADD COLUMN holds_deletes INTEGER NOT NULL DEFAULT 0;
