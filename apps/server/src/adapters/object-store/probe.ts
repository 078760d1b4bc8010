import { crc32 } from 'node:zlib';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { ObjectKey, ObjectStore } from '../../ports/object-store.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import { networkWords } from './network-words.ts';
import { factsOf, holds } from './object-facts.ts';
import { isFull } from './s3-refusals.ts';
import type { Route, SignedAnswer, SignedRequest } from './signed-request.ts';
import { sendSigned } from './signed-request.ts';
import { storeUnavailable } from './store-trouble.ts';

export interface Probe {
  readonly store: ObjectStore;
  /** What relative URLs are resolved against. */
  readonly serverUrl: string;
  readonly nowMs: number;
  readonly uuid: () => string;
  /** Default: straight to where the URLs point. */
  readonly route?: Route;
}

const graceMs = 60_000;
/** No library has this id: real ones are random. One folder or prefix for the objects of all start checks. */
export const NO_LIBRARY = '00000000-0000-4000-8000-000000000000' as LibraryId;
const good = Buffer.from('tidesync start check, these bytes');
const other = Buffer.from('tidesync start check, THESE bytes');
const longer = Buffer.concat([good, Buffer.from(' and more')]);

interface Put {
  url: string;
  readonly headers: Record<string, string>;
}

interface Check {
  readonly name: string;
  readonly body: Buffer;
  /** What was signed for; default: the good bytes, from now. */
  readonly signedFor?: Buffer;
  readonly expired?: boolean;
  readonly alter?: (put: Put) => void;
  readonly wanted: readonly number[];
}

const refused = [400, 403];
const crcOfOther = Buffer.alloc(4);
crcOfOther.writeUInt32BE(crc32(other));
const without = (name: string) => (put: Put) => void delete put.headers[name];

/** In this order: until the right bytes are taken, nothing may be stored; after that, nothing may replace them. */
const checks: readonly Check[] = [
  { name: 'refuses other bytes', body: other, wanted: refused },
  {
    name: 'refuses a longer body',
    body: longer,
    alter: ({ headers }) => void Object.assign(headers, { 'content-length': String(longer.length) }),
    wanted: refused,
  },
  {
    name: 'refuses a PUT without its checksum',
    body: good,
    alter: without('x-amz-checksum-sha256'),
    wanted: refused,
  },
  {
    name: 'refuses a checksum in the address instead of the header',
    body: other,
    alter: (put) => {
      const hash = put.headers['x-amz-checksum-sha256'] ?? '';
      without('x-amz-checksum-sha256')(put);
      put.url += `&x-amz-checksum-sha256=${encodeURIComponent(hash)}`;
    },
    wanted: refused,
  },
  {
    name: 'refuses a PUT with another checksum algorithm',
    body: other,
    alter: ({ headers }) => void Object.assign(headers, { 'x-amz-checksum-algorithm': 'CRC32' }),
    wanted: refused,
  },
  {
    name: 'refuses other bytes with a second checksum that nobody signed',
    body: other,
    alter: ({ headers }) =>
      void Object.assign(headers, {
        'x-amz-sdk-checksum-algorithm': 'CRC32',
        'x-amz-checksum-crc32': crcOfOther.toString('base64'),
      }),
    wanted: refused,
  },
  {
    name: 'refuses a PUT without the promise not to overwrite',
    body: good,
    alter: without('if-none-match'),
    wanted: refused,
  },
  { name: 'refuses an address that has expired', body: good, expired: true, wanted: refused },
  { name: 'takes the right bytes', body: good, wanted: [200] },
  { name: 'refuses to overwrite', body: good, wanted: [412] },
  { name: 'refuses a second body', body: other, signedFor: other, wanted: [412] },
];

/**
 * Proves on the running store that signed URLs bind length, content and first use, before any client gets one.
 * Fails with `storeUnavailable` that names the first check which did not hold. `serverDiskFull`, and a
 * `storeUnavailable` that passes, leave the question open. Leaves no object in the store.
 */
export async function probeObjectStore(probe: Probe): Promise<void> {
  const { store } = probe;
  const key = objectKeyOf(NO_LIBRARY, probe.uuid() as PackId);
  try {
    for (const check of checks) await checkPut(probe, key, check);
    if (!holds(await store.head(key), good)) refuse('reports size and SHA-256', 'it did not');
    await checkGet(probe, key);
  } finally {
    await store.delete(key);
  }
}

async function checkPut(probe: Probe, key: ObjectKey, check: Check): Promise<void> {
  const expiresAtMs = probe.nowMs + (check.expired === true ? -graceMs : graceMs);
  const grant = { key, ...factsOf(check.signedFor ?? good), expiresAtMs };
  const { url, headers } = await probe.store.signPut(grant);
  const put: Put = { url, headers: { ...headers } };
  check.alter?.(put);
  const answer = await send(probe, { method: 'PUT', ...put, body: check.body });
  if (!check.wanted.includes(answer.status)) refuse(check.name, `it answered ${answer.status}`);
}

async function checkGet(probe: Probe, key: ObjectKey): Promise<void> {
  const url = await probe.store.signGet({ key, expiresAtMs: probe.nowMs + graceMs });
  const whole = await send(probe, { method: 'GET', url });
  if (!whole.body.equals(good)) refuse('gives back what was put', `it answered ${whole.status}`);
  const part = await send(probe, { method: 'GET', url, headers: { range: 'bytes=4-9' } });
  if (part.status !== 206 || !part.body.equals(good.subarray(4, 10)))
    refuse('gives back a part of it', `it answered ${part.status}`);
  const bare = await send(probe, { method: 'GET', url: url.replace(/\?.*$/, '') });
  if (bare.status < 400) refuse('gives nothing without a signature', `it answered ${bare.status}`);
}

/** A store that is away, busy or full has failed no check: it can be asked again later. */
async function send(probe: Probe, request: Omit<SignedRequest, 'serverUrl'>): Promise<SignedAnswer> {
  const sent = sendSigned({ ...request, serverUrl: probe.serverUrl }, probe.route);
  const answer = await sent.catch((error: unknown) => {
    throw storeUnavailable(networkWords(error), true, error);
  });
  if (isFull(answer)) fail({ reason: 'serverDiskFull' });
  if (answer.status >= 500) throw storeUnavailable(`it answers ${answer.status} to the start check`, true);
  return answer;
}

function refuse(check: string, what: string): never {
  throw storeUnavailable(`start check "${check}" failed: ${what}`, false);
}
