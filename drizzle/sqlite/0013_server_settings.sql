-- What administrators chose for all servers of the installation; what is not there is as the environment says.
CREATE TABLE server_settings (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
