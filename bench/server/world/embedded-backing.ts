import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openSqliteStore } from '@tidesync/server/adapters/database/store-sqlite';
import { seedsIn } from './seeds.ts';
import type { Backing } from './world.ts';

/** SQLite and a folder: all in the one server's own data folder. */
export function embeddedBacking(folder: string): Backing {
  return {
    kind: 'embedded',
    what: 'SQLite and a local folder, one server',
    processes: [],
    ports: { database: null, objects: null, events: null },
    settings: {},
    serversMax: 1,
    async openSeeds(dataDir) {
      const store = openSqliteStore({ file: path.join(dataDir, 'server.sqlite') });
      return { seeds: seedsIn(store), close: () => store.close() };
    },
    async directPlaces(count) {
      const direct = path.join(folder, 'direct');
      await mkdir(direct, { recursive: true });
      return Array.from({ length: count }, () => ({ is: 'folder' as const, folder: direct }));
    },
    close: async () => undefined,
  };
}
