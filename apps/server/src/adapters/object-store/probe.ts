import { createHash } from 'node:crypto';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { ObjectStore } from '../../ports/object-store.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import { sendSigned } from './signed-request.ts';

export interface Probe {
  readonly store: ObjectStore;
  /** What relative URLs are resolved against. */
  readonly serverUrl: string;
  readonly nowMs: number;
  readonly uuid: () => string;
}

const graceMs = 60_000;
/** No library has this id: real ones are random. One folder or prefix for the objects of all start checks. */
const NO_LIBRARY = '00000000-0000-4000-8000-000000000000' as LibraryId;
const STATUS_FULL = 507;
const good = Buffer.from('tidesync start check, these bytes');
const other = Buffer.from('tidesync start check, THESE bytes');
const longer = Buffer.concat([good, Buffer.from(' and more')]);
const sha256Hex = createHash('sha256').update(good).digest('hex');

interface Check {
  readonly name: string;
  readonly body: Buffer;
  readonly alter?: (headers: Record<string, string>) => void;
  readonly wanted: readonly number[];
}

const checks: readonly Check[] = [
  { name: 'refuses other bytes', body: other, wanted: [400, 403] },
  {
    name: 'refuses a longer body',
    body: longer,
    alter: (headers) => {
      headers['content-length'] = String(longer.length);
    },
    wanted: [400, 403],
  },
  {
    name: 'refuses a PUT without its checksum',
    body: good,
    alter: (headers) => {
      delete headers['x-amz-checksum-sha256'];
    },
    wanted: [400, 403],
  },
  {
    name: 'refuses a PUT with another checksum algorithm',
    body: other,
    alter: (headers) => {
      headers['x-amz-checksum-algorithm'] = 'CRC32';
    },
    wanted: [400, 403],
  },
  { name: 'takes the right bytes', body: good, wanted: [200] },
  { name: 'refuses to overwrite', body: good, wanted: [412] },
];

/**
 * Proves on the running store that signed URLs bind length, content and first use, before any client gets one.
 * Fails with `storeUnavailable` that names the first check which did not hold, or with `serverDiskFull`, which
 * leaves the question open. Leaves no object in the store.
 */
export async function probeObjectStore(probe: Probe): Promise<void> {
  const { store, serverUrl } = probe;
  const key = objectKeyOf(NO_LIBRARY, probe.uuid() as PackId);
  const expiresAtMs = probe.nowMs + graceMs;
  try {
    for (const check of checks) {
      const put = await store.signPut({ key, sha256Hex, sizeBytes: good.length, expiresAtMs });
      const headers = { ...put.headers };
      check.alter?.(headers);
      const answer = await sendSigned({ method: 'PUT', url: put.url, serverUrl, headers, body: check.body });
      if (answer.status === STATUS_FULL) fail({ reason: 'serverDiskFull' });
      if (!check.wanted.includes(answer.status)) refuse(check.name, `it answered ${answer.status}`);
    }
    const facts = await store.head(key);
    if (facts?.sha256Hex !== sha256Hex || facts.sizeBytes !== good.length)
      refuse('reports size and SHA-256', 'it did not');
    const got = await sendSigned({
      method: 'GET',
      url: await store.signGet({ key, expiresAtMs }),
      serverUrl,
    });
    if (!got.body.equals(good)) refuse('gives back what was put', `it answered ${got.status}`);
  } finally {
    await store.delete(key);
  }
}

function refuse(check: string, what: string): never {
  return fail({ reason: 'storeUnavailable', detail: `start check "${check}" failed: ${what}` });
}
