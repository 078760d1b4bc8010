-- What a person chose for the device as a whole. No row: the defaults.
CREATE TABLE device_settings (
  one_row INTEGER PRIMARY KEY CHECK (one_row = 1),
  upload_limit INTEGER,   -- bytes a second; null: none
  download_limit INTEGER, -- bytes a second; null: none
  on_metered TEXT NOT NULL,
  on_battery TEXT NOT NULL
) STRICT;
