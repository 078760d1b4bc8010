import { join } from 'node:path';
import { openSqliteStore } from './adapters/database/store-sqlite.ts';
import type { Store } from './ports/store.ts';
import type { ServerSettings } from './settings/server-settings.ts';

export const DATABASE_FILE = 'server.sqlite';

/**
 * Opens the database that the settings name and brings it to this version's format.
 * Errors: Failure `databaseUrlWrong`, `databaseUnavailable`, `dataTooNew`, `dataUnusable`, `serverDiskFull`.
 */
export async function composeStore({ database }: ServerSettings, dataDir: string): Promise<Store> {
  switch (database.kind) {
    case 'sqlite':
      return openSqliteStore({ file: join(dataDir, DATABASE_FILE) });
    case 'tidb':
      return composeTidbStore(database.url);
  }
}

/** Only those who use it load the client of a database server, which would slow every start down. */
async function composeTidbStore(url: string): Promise<Store> {
  const { openTidbStore } = await import('./adapters/database/store-tidb.ts');
  return openTidbStore({ url });
}
