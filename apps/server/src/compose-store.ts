import { join } from 'node:path';
import { fail } from '@tidesync/shared/problems';
import { openSqliteStore } from './adapters/database/store-sqlite.ts';
import type { Store } from './ports/store.ts';
import type { ServerSettings } from './settings/server-settings.ts';

export const DATABASE_FILE = 'server.sqlite';

/**
 * Opens the database that the settings name and brings it to this version's format.
 * Errors: Failure `databaseUnavailable`, `dataTooNew`, `dataUnusable`, `serverDiskFull`.
 */
export async function composeStore({ database }: ServerSettings, dataDir: string): Promise<Store> {
  switch (database.kind) {
    case 'sqlite':
      return openSqliteStore({ file: join(dataDir, DATABASE_FILE) });
    case 'tidb':
      return notYet('DATABASE_URL', 'a database of its own');
  }
}

/** For a port whose adapter this build does not have. */
export function notYet(name: string, what: string): never {
  fail({ reason: 'settingsInvalid', settings: [{ name, detail: `names ${what}, which this build lacks` }] });
}
