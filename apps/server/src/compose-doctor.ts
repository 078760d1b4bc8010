import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectDataFolder } from './adapters/data-folder/inspect-data-folder.ts';
import { tidesyncAt, whyNoConnection, whyNoHttp, whyNoPort } from './adapters/network/reach.ts';
import { objectStoreChecks } from './compose-object-store.ts';
import { DATABASE_FILE } from './compose-store.ts';
import type { Check } from './doctor/check.ts';
import type { Inspect } from './doctor/database-checks.ts';
import { databaseCheck, invariantsCheck } from './doctor/database-checks.ts';
import {
  addressCheck,
  dataFolderCheck,
  plainHttpCheck,
  reachCheck,
  settingsCheck,
} from './doctor/machine-checks.ts';
import { hostInUrl, isLoopback } from './listen-address.ts';
import type { Gathered } from './settings/gather-settings.ts';
import { parseNatsUrl } from './settings/nats-url.ts';
import type { StartSettings } from './settings/parse-settings.ts';
import { readSettings } from './settings/parse-settings.ts';
import type { ServerSettings } from './settings/server-settings.ts';
import { needsDataDir } from './settings/server-settings.ts';

/** Everything that a server with these settings depends on; a new dependency adds its check here. */
export function composeChecks(gathered: Gathered, defaultDataDir: string): readonly Check[] {
  const { settings, faults, warnings } = readSettings(gathered);
  const first = settingsCheck(faults, warnings);
  if (settings === null) return [first];
  const { server } = settings;
  const dataDir = settings.dataDir ?? defaultDataDir;
  const inspect = inspectionOf(server, dataDir);
  return [
    first,
    ...(needsDataDir(server) ? [dataFolderCheck(dataDir, () => inspectDataFolder(dataDir))] : []),
    databaseCheck(inspect),
    invariantsCheck(inspect),
    ...objectStoreChecks(server, dataDir),
    ...publicEndpointChecks(server),
    ...eventsChecks(server),
    ...addressChecks(settings),
  ];
}

function inspectionOf({ database }: ServerSettings, dataDir: string): Inspect {
  switch (database.kind) {
    case 'sqlite':
      return async () => {
        const { inspectSqlite } = await import('./adapters/database/inspect-sqlite.ts');
        return inspectSqlite(join(dataDir, DATABASE_FILE));
      };
    case 'tidb':
      return async () => {
        const { inspectTidb } = await import('./adapters/database/inspect-tidb.ts');
        return inspectTidb(database.url);
      };
  }
}

function publicEndpointChecks({ objectStore }: ServerSettings): Check[] {
  if (objectStore.kind !== 's3') return [];
  const { publicEndpoint, caFile } = objectStore;
  const what = `The public endpoint of the object store, ${publicEndpoint.host}:${publicEndpoint.port},`;
  const todo = 'Look from a device too: only that has to reach it. See MINIO_PUBLIC_ENDPOINT.';
  return [
    reachCheck('public endpoint', { what, optional: true, todo }, async () =>
      whyNoHttp(publicEndpoint, caFile === null ? undefined : await readFile(caFile)),
    ),
  ];
}

function eventsChecks({ events }: ServerSettings): Check[] {
  if (events.kind !== 'nats') return [];
  return (parseNatsUrl(events.url)?.servers ?? []).map((server) => {
    const { hostname, port } = new URL(`nats://${server}`);
    const what = `NATS at ${server}`;
    const todo = 'Without it devices hear of news of other servers some seconds later. See NATS_URL.';
    return reachCheck('events', { what, optional: true, todo }, () =>
      whyNoConnection(hostname, Number(port)),
    );
  });
}

function addressChecks({ host, port, insecureHttp }: StartSettings): Check[] {
  const url = `http://${hostInUrl(host)}:${port}`;
  const address = addressCheck({
    url,
    whyNoPort: () => whyNoPort(host, port),
    running: () => tidesyncAt(url),
  });
  return isLoopback(host) ? [address] : [plainHttpCheck(host, insecureHttp), address];
}
