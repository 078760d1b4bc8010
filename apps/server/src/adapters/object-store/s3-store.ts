import { readFile } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { ObjectReader } from '../../ports/object-reader.ts';
import type { GetGrant, ObjectFacts, ObjectKey, ObjectStore, PutGrant } from '../../ports/object-store.ts';
import type { S3Settings } from '../../settings/server-settings.ts';
import type { BucketRules } from './bucket-rules.ts';
import { factsOf } from './object-facts.ts';
import { probeObjectStore } from './probe.ts';
import { putHeaders } from './put-headers.ts';
import type { BrowserAccess } from './s3-browsers.ts';
import { letBrowsersIn } from './s3-browsers.ts';
import type { BucketReport } from './s3-bucket.ts';
import { prepareBucket } from './s3-bucket.ts';
import type { S3Answer, S3Client } from './s3-client.ts';
import { createS3Client } from './s3-client.ts';
import { s3Limits } from './s3-limits.ts';
import { listKeys } from './s3-list.ts';
import { addressOf, nameOf, originOf } from './s3-names.ts';
import { codeOf, refusal } from './s3-refusals.ts';
import type { ChosenRoute } from './s3-route.ts';
import { chooseRoute } from './s3-route.ts';
import type { UnsignedRequest } from './s3-signature.ts';
import { presignUrl } from './s3-signature.ts';
import { inspectSigningKeys } from './s3-signing-keys.ts';
import { takesUnsignedWrites } from './s3-unsigned-writes.ts';
import { storeUnavailable } from './store-trouble.ts';

export interface S3StoreDeps {
  readonly nowMs: () => number;
  readonly uuid: () => string;
  /** Default: the system's. */
  readonly lookup?: LookupFunction | undefined;
}

/** What the start check has to say when nothing speaks against the store. */
export interface Proof {
  /** The way it went; `internal` if the server cannot reach its own public endpoint. */
  readonly through: ChosenRoute['through'];
}

export interface S3Store {
  readonly store: ObjectStore;
  /** The same objects for reading alone, by the store or by one that guards it. */
  readerOf(store: Pick<ObjectStore, 'head' | 'read'>): ObjectReader;
  /** See `prepareBucket` in s3-bucket.ts. Before anything else is asked of the store. */
  prepare(rules: BucketRules): Promise<BucketReport>;
  /** See `probeObjectStore` in probe.ts. */
  prove(): Promise<Proof>;
  /** See s3-signing-keys.ts. */
  inspectSigningKeys(): Promise<readonly string[]>;
  /** See s3-unsigned-writes.ts. */
  takesUnsignedWrites(): Promise<boolean>;
  /** See s3-browsers.ts. */
  letBrowsersIn(): Promise<BrowserAccess>;
  /** Ends the kept connections. */
  close(): void;
}

/**
 * The object store in a bucket of any S3. Opens no connection by itself. Signed URLs name the public endpoint and
 * bear the signing keys; the server's own calls go to the other one, with the server's keys.
 * Errors: Failure `storeUnavailable` if `caFile` cannot be read.
 */
export async function openS3Store(settings: S3Settings, deps: S3StoreDeps): Promise<S3Store> {
  const { nowMs, uuid } = deps;
  const ca = await readAuthority(settings.caFile);
  const client = createS3Client(settings, { ...deps, ca });
  const store = s3Store(settings, client, nowMs);
  const route = () => chooseRoute(settings, { ca, lookup: deps.lookup });
  return {
    store,
    readerOf: (guarded) => ({
      sizeOf: async (key) => (await guarded.head(key))?.sizeBytes ?? null,
      read: (key) => guarded.read(key),
      list: (from) => listKeys(client, from),
    }),
    prepare: (rules) => prepareBucket(settings, client, rules),
    async prove() {
      const { through, route: way } = await route();
      const serverUrl = originOf(settings.publicEndpoint);
      await probeObjectStore({ store, serverUrl, nowMs: nowMs(), uuid, route: way });
      return { through };
    },
    inspectSigningKeys: () => inspectSigningKeys({ settings, client, uuid }),
    async takesUnsignedWrites() {
      return takesUnsignedWrites({
        settings,
        client,
        uuid,
        nowMs: nowMs(),
        route: (await route()).route,
      });
    },
    async letBrowsersIn() {
      return letBrowsersIn({ settings, client, uuid, route: (await route()).route });
    },
    close: () => client.close(),
  };
}

async function readAuthority(file: string | null): Promise<string | null> {
  if (file === null) return null;
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw storeUnavailable(`the file of its certificate's authority, ${file}, cannot be read`, false, error);
  });
}

function s3Store(settings: S3Settings, client: S3Client, nowMs: () => number): ObjectStore {
  const presign = (
    request: Pick<UnsignedRequest, 'method' | 'headers'>,
    { key, expiresAtMs }: GetGrant | PutGrant,
  ) => {
    const address = addressOf(settings, settings.publicEndpoint, nameOf(key));
    const signer = { keys: settings.signingKeys, region: settings.region, nowMs: nowMs() };
    return presignUrl({ ...request, ...address }, signer, expiresAtMs);
  };
  return {
    async signPut(grant) {
      const headers = putHeaders(grant);
      return { url: presign({ method: 'PUT', headers }, grant), headers };
    },
    signGet: async (grant) => presign({ method: 'GET' }, grant),
    head: (key) => head(client, key),
    read: (key) => read(client, key),
    write: (key, bytes) => write(client, key, bytes),
    async delete(key) {
      const answer = await client.call({ method: 'DELETE', key: nameOf(key) });
      if (answer.status !== 204 && answer.status !== 200 && !isMissing(answer)) throw refusal(answer);
    },
  };
}

async function head(client: S3Client, key: ObjectKey): Promise<ObjectFacts | null> {
  const headers = { 'x-amz-checksum-mode': 'ENABLED' };
  const answer = await client.call({ method: 'HEAD', key: nameOf(key), headers });
  if (isMissing(answer)) return null;
  if (answer.status !== 200) throw refusal(answer);
  const sizeBytes = Number(answer.headers['content-length']);
  if (!Number.isSafeInteger(sizeBytes)) throw storeUnavailable('it reports no size', false);
  const sha256Hex = reportedSha256(answer);
  if (sha256Hex !== null) return { sizeBytes, sha256Hex };
  // Copied here by another tool, which does not bring the hash along: only the bytes can tell.
  const bytes = await read(client, key);
  if (bytes === null) return null;
  return factsOf(bytes);
}

/** Null for none, and for one over the hashes of parts. */
function reportedSha256({ headers }: S3Answer): string | null {
  const text = headers['x-amz-checksum-sha256'];
  if (typeof text !== 'string' || headers['x-amz-checksum-type'] === 'COMPOSITE') return null;
  const hash = Buffer.from(text, 'base64');
  return hash.length === 32 && hash.toString('base64') === text ? hash.toString('hex') : null;
}

async function read(client: S3Client, key: ObjectKey): Promise<Uint8Array | null> {
  const answer = await client.call({
    method: 'GET',
    key: nameOf(key),
    answerBytesMax: limits.objectBytesMax,
    timeoutMs: s3Limits.longCallTimeoutMs,
  });
  if (isMissing(answer)) return null;
  if (answer.status !== 200) throw refusal(answer);
  return answer.body;
}

async function write(client: S3Client, key: ObjectKey, bytes: Uint8Array): Promise<'stored' | 'exists'> {
  if (bytes.length > limits.objectBytesMax) {
    fail({ reason: 'storeUnavailable', detail: `object ${key} is larger than any pack` });
  }
  // Asked first, because a store that refuses a PUT early cuts off its own answer together with the body.
  if ((await head(client, key)) !== null) return 'exists';
  const { 'content-length': _, ...headers } = putHeaders(factsOf(bytes));
  const answer = await client.call({
    method: 'PUT',
    key: nameOf(key),
    headers,
    body: bytes,
    timeoutMs: s3Limits.longCallTimeoutMs,
  });
  if (answer.status === 412) return 'exists';
  if (answer.status !== 200) throw refusal(answer);
  return 'stored';
}

/** A bucket that is not there is no missing object; of a HEAD only MinIO says which of the two it is. */
function isMissing(answer: S3Answer): boolean {
  return answer.status === 404 && codeOf(answer) !== 'NoSuchBucket';
}
