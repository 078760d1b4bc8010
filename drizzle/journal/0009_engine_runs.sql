-- When an engine ran here: from its start until it was last known to run. What lies between two runs is a gap.
CREATE TABLE engine_runs (
  started_ms INTEGER PRIMARY KEY,
  seen_ms INTEGER NOT NULL
) STRICT;
