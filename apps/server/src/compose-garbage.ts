import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Collection } from '@tidesync/shared/wire/admin';
import { pino } from 'pino';
import { openAdmin } from './compose-admin.ts';
import { composeObjectStore } from './compose-object-store.ts';
import type { ServerSettings } from './settings/server-settings.ts';
import type { CollectOptions } from './use-cases/garbage/collect-garbage.ts';
import { collectGarbage } from './use-cases/garbage/collect-garbage.ts';
import { requireWholeImport } from './use-cases/moving/require-whole.ts';

/**
 * Collects the garbage of a server where the settings say it is, beside running servers or without one.
 * Errors: those of `collectGarbage` and of opening the data; `importHalfDone`.
 */
export async function collectPlace(
  { settings, dataDir }: { readonly settings: ServerSettings; readonly dataDir: string },
  options: CollectOptions,
): Promise<Collection> {
  const data = await openAdmin(dataDir, { mayMake: false, settings });
  try {
    await requireWholeImport(data.ports.store);
    const parts = { dataDir, clock: data.ports.clock, log: pino({ level: 'silent' }) };
    const objects = await composeObjectStore(settings, parts);
    try {
      const ports = { ...data.ports, objectStore: objects.store, turn: () => nextTurn() };
      return await collectGarbage(ports, options);
    } finally {
      objects.close();
    }
  } finally {
    await data.close();
  }
}
