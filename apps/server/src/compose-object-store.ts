import { randomUUID } from 'node:crypto';
import { isFailure } from '@tidesync/shared/problems';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { StoreState } from './adapters/object-store/guarded-store.ts';
import { guardStore } from './adapters/object-store/guarded-store.ts';
import { localReader } from './adapters/object-store/local-reader.ts';
import { mountLocalRoutes } from './adapters/object-store/local-routes.ts';
import { openLocalStore } from './adapters/object-store/local-store.ts';
import { probeObjectStore } from './adapters/object-store/probe.ts';
import { addressOf } from './adapters/object-store/s3-names.ts';
import type { S3Store } from './adapters/object-store/s3-store.ts';
import type { Check, Finding } from './doctor/check.ts';
import { failed, ok, warning } from './doctor/check.ts';
import type { Clock } from './ports/clock.ts';
import type { ObjectReader } from './ports/object-reader.ts';
import type { ObjectStore } from './ports/object-store.ts';
import type { S3Settings, ServerSettings } from './settings/server-settings.ts';

export interface ComposedObjects {
  readonly store: ObjectStore;
  /** What of it the server itself answers. */
  mount(server: FastifyInstance): void;
  /** Proves that it refuses what it has to refuse, once the server listens. Errors: Failure `storeUnavailable`. */
  prove(serverUrl: string): Promise<void>;
  /** Where browsers put and get packs; null: the server itself. */
  readonly publicOrigin: string | null;
  close(): void;
}

interface ObjectParts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

/** Opens the object store that the settings name. Errors: Failure `storeUnavailable`, `serverDiskFull`. */
export async function composeObjectStore(
  { objectStore }: ServerSettings,
  parts: ObjectParts,
): Promise<ComposedObjects> {
  switch (objectStore.kind) {
    case 'local':
      return composeLocalStore(parts);
    case 's3':
      return composeS3Store(objectStore, parts.log);
  }
}

async function composeLocalStore({ dataDir, clock, log }: ObjectParts): Promise<ComposedObjects> {
  const local = await openLocalStore(dataDir);
  const { store } = local;
  return {
    store,
    mount: (server) => mountLocalRoutes(server, { ...local, nowMs: () => clock.nowMs() }),
    prove: (serverUrl) =>
      unlessFull(log, () => probeObjectStore({ store, serverUrl, nowMs: clock.nowMs(), uuid: randomUUID })),
    publicOrigin: null,
    close: () => undefined,
  };
}

/** Opens the object store that the settings name for reading alone. Errors: Failure `storeUnavailable`. */
export async function composeObjectReader(
  { objectStore }: ServerSettings,
  dataDir: string,
): Promise<{ readonly reader: ObjectReader; close(): void }> {
  if (objectStore.kind === 'local') return { reader: localReader(dataDir), close: () => undefined };
  const s3 = await openS3(objectStore);
  const { store } = guardStore(s3.store, { nowMs: () => performance.now(), random: Math.random });
  return { reader: s3.readerOf(store), close: () => s3.close() };
}

/** Makes the bucket ready. Signatures go by the real time, whatever clock the server has. */
async function composeS3Store(settings: S3Settings, log: FastifyBaseLogger): Promise<ComposedObjects> {
  const s3 = await openS3(settings);
  try {
    const { notices } = await prepared(s3);
    for (const notice of notices) log.warn(notice);
  } catch (error) {
    s3.close();
    throw error;
  }
  const guarded = guardStore(s3.store, {
    nowMs: () => performance.now(),
    random: Math.random,
    onChange: (state) => log.warn(storeStateSentence(state)),
  });
  return {
    store: guarded.store,
    mount: () => undefined,
    async prove() {
      await unlessFull(log, () => s3.prove());
      if ((await s3.letBrowsersIn()) === 'closed') log.warn(CLOSED);
    },
    publicOrigin: addressOf(settings, settings.publicEndpoint, '').origin,
    close: () => s3.close(),
  };
}

function storeStateSentence(state: StoreState): string {
  switch (state.is) {
    case 'answering':
      return 'the object store answers again';
    case 'resting':
      return `the object store is left alone for a while: ${state.detail}`;
    case 'tried':
      return 'the object store is tried again';
  }
}

/** Only those who use it load the clients of a bucket, which would slow every start down. */
async function openS3(settings: S3Settings): Promise<S3Store> {
  const { openS3Store } = await import('./adapters/object-store/s3-store.ts');
  return openS3Store(settings, { nowMs: Date.now, uuid: randomUUID });
}

async function prepared(s3: S3Store): ReturnType<S3Store['prepare']> {
  const { bucketRulesOf } = await import('./adapters/object-store/bucket-rules.ts');
  return s3.prepare(bucketRulesOf.sync);
}

/** On a full disk nothing can be proved, but people can still read and delete, so that is no reason not to start. */
async function unlessFull(log: FastifyBaseLogger, prove: () => Promise<unknown>): Promise<void> {
  try {
    await prove();
  } catch (error) {
    if (!isFailure(error, 'serverDiskFull')) throw error;
    log.warn('the disk is full: started without the check of the object store');
  }
}

/** What the doctor looks at. A local store is proved at every start, by a server that runs. */
export function objectStoreChecks({ objectStore }: ServerSettings, dataDir: string): readonly Check[] {
  const name = 'object store';
  switch (objectStore.kind) {
    case 'local':
      return [{ name, run: async () => [ok(`Packs lie in ${dataDir}; nothing else is needed.`)] }];
    case 's3':
      return [{ name, run: () => bucketFindings(objectStore) }];
  }
}

async function bucketFindings(settings: S3Settings): Promise<readonly Finding[]> {
  const s3 = await openS3(settings);
  try {
    const { made, notices } = await prepared(s3);
    const { through } = await s3.prove();
    const unsigned = await s3.takesUnsignedWrites();
    return [
      ok(
        `The bucket ${settings.bucket} ${made ? 'was made' : 'is there'}, and refuses all that it has to refuse.`,
      ),
      ...notices.map((one) => warning(one, '')),
      ...(through === 'internal'
        ? [ok('It was proved by the internal way, not by the public endpoint.')]
        : []),
      await browserFinding(s3),
      ...(await s3.inspectSigningKeys()).map((one) => warning(one, '')),
      ...(unsigned ? [failed(UNSIGNED, UNSIGNED_CURE)] : []),
    ];
  } finally {
    s3.close();
  }
}

async function browserFinding(s3: S3Store): Promise<Finding> {
  switch (await s3.letBrowsersIn()) {
    case 'open':
    case 'opened':
      return ok('It lets the web console in: its answers allow pages of other origins (CORS).');
    case 'closed':
      return warning(CLOSED, CLOSED_CURE);
  }
}

const CLOSED =
  'The object store does not let the web console in, so files can be seen there, but not be sent or fetched. ' +
  'Devices are not concerned.';
const CLOSED_CURE =
  "Allow the methods GET and PUT and all headers for the console's origin in the bucket's CORS rules.";

const UNSIGNED =
  'The object store takes writes whose signature it does not check, from whoever knows an access key.';
const UNSIGNED_CURE =
  'Put a proxy in front that refuses requests with a header x-amz-content-sha256 that begins with STREAMING-.';
