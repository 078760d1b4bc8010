-- What administrators chose for all servers of the installation; what is not there is as the environment says.
CREATE TABLE IF NOT EXISTS server_settings (
  name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY CLUSTERED,
  value MEDIUMTEXT NOT NULL
);
