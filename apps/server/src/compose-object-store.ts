import type { FastifyInstance } from 'fastify';
import { mountLocalRoutes } from './adapters/object-store/local-routes.ts';
import { openLocalStore } from './adapters/object-store/local-store.ts';
import { notYet } from './compose-store.ts';
import type { Check } from './doctor/check.ts';
import { ok } from './doctor/check.ts';
import type { Clock } from './ports/clock.ts';
import type { ObjectStore } from './ports/object-store.ts';
import type { ServerSettings } from './settings/server-settings.ts';

export interface ComposedObjects {
  readonly store: ObjectStore;
  /** What of it the server itself answers. */
  mount(server: FastifyInstance): void;
  close(): void;
}

/** Opens the object store that the settings name. Errors: Failure `storeUnavailable`, `serverDiskFull`. */
export async function composeObjectStore(
  { objectStore }: ServerSettings,
  dataDir: string,
  clock: Clock,
): Promise<ComposedObjects> {
  switch (objectStore.kind) {
    case 'local': {
      const local = await openLocalStore(dataDir);
      return {
        store: local.store,
        mount: (server) => mountLocalRoutes(server, { ...local, nowMs: () => clock.nowMs() }),
        close: () => undefined,
      };
    }
    case 's3':
      return notYet('STORAGE_BACKEND', 'an object store');
  }
}

/** What the doctor looks at. A local store is proved at every start, by a server that runs. */
export function objectStoreChecks({ objectStore }: ServerSettings, dataDir: string): readonly Check[] {
  switch (objectStore.kind) {
    case 'local':
      return [
        { name: 'object store', run: async () => [ok(`Packs lie in ${dataDir}; nothing else is needed.`)] },
      ];
    case 's3':
      return [{ name: 'object store', run: async () => notYet('STORAGE_BACKEND', 'an object store') }];
  }
}
