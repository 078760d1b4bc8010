import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '@tidesync/shared/problems';
import { prepareDataDir } from './adapters/data-folder/data-folder.ts';
import { openSqliteStore } from './adapters/database/store-sqlite.ts';
import { argon2Passwords } from './adapters/passwords/argon2-passwords.ts';
import { DATABASE_FILE } from './compose-server.ts';
import type { Passwords } from './ports/passwords.ts';
import type { ServerPorts } from './ports/server-ports.ts';

export type AdminPorts = Pick<ServerPorts, 'store' | 'clock' | 'random' | 'passwords'>;

/**
 * Opens a server's data for administration, beside a running server or without one.
 * Errors: Failure `dataUnusable` (also for a folder without a server's data, unless it may be made), `dataTooNew`.
 */
export async function openAdmin(
  dataDir: string,
  options: { readonly mayMake: boolean; readonly passwords?: Passwords },
): Promise<{ readonly ports: AdminPorts; close(): Promise<void> }> {
  const file = join(dataDir, DATABASE_FILE);
  if (!options.mayMake && !existsSync(file)) {
    fail({ reason: 'dataUnusable', path: dataDir, detail: "there is no server's data in it" });
  }
  await prepareDataDir(dataDir);
  const store = openSqliteStore({ file });
  const ports: AdminPorts = {
    store,
    clock: { nowMs: () => Date.now() },
    random: { bytes: (count) => randomBytes(count) },
    passwords: options.passwords ?? argon2Passwords({ randomBytes }),
  };
  return { ports, close: () => store.close() };
}
