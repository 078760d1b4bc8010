import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '@tidesync/shared/problems';
import { prepareDataDir } from './adapters/data-folder/data-folder.ts';
import { localDoorbells } from './adapters/events/local-doorbells.ts';
import { argon2Passwords } from './adapters/passwords/argon2-passwords.ts';
import { policyOf } from './compose-policy.ts';
import { composeStore, DATABASE_FILE } from './compose-store.ts';
import type { Passwords } from './ports/passwords.ts';
import type { ServerPorts } from './ports/server-ports.ts';
import type { ServerSettings } from './settings/server-settings.ts';
import { EMBEDDED_SETTINGS } from './settings/server-settings.ts';

export type AdminPorts = Pick<
  ServerPorts,
  'store' | 'clock' | 'random' | 'passwords' | 'doorbells' | 'policy'
>;

interface AdminOptions {
  /** Whether a folder without data is given a database; one named by a URL is made in any case. */
  readonly mayMake: boolean;
  /** Default: SQLite in the data folder. */
  readonly settings?: ServerSettings | undefined;
  readonly passwords?: Passwords | undefined;
}

/**
 * Opens a server's data for administration, beside running servers or without one.
 * Errors: Failure `dataUnusable` (also for a folder without a server's data, unless it may be made), `dataTooNew`,
 *         `databaseUnavailable`.
 */
export async function openAdmin(
  dataDir: string,
  options: AdminOptions,
): Promise<{ readonly ports: AdminPorts; close(): Promise<void> }> {
  const settings = options.settings ?? EMBEDDED_SETTINGS;
  if (settings.database.kind === 'sqlite') await prepareData(dataDir, options.mayMake);
  const store = await composeStore(settings, dataDir);
  const ports: AdminPorts = {
    store,
    clock: { nowMs: () => Date.now() },
    random: { bytes: (count) => randomBytes(count) },
    // Nobody listens in this process: open streams of a server find out when they look for themselves.
    doorbells: localDoorbells(),
    passwords: options.passwords ?? argon2Passwords({ randomBytes }),
    policy: policyOf(settings),
  };
  return { ports, close: () => store.close() };
}

async function prepareData(dataDir: string, mayMake: boolean): Promise<void> {
  if (!mayMake && !existsSync(join(dataDir, DATABASE_FILE))) {
    fail({ reason: 'dataUnusable', path: dataDir, detail: "there is no server's data in it" });
  }
  await prepareDataDir(dataDir);
}
