-- The head that the last answer to a commit named, until a look at the history has gone past it.
ALTER TABLE roots ADD COLUMN answered TEXT;
