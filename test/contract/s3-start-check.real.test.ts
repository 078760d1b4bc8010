import { createHash, randomUUID } from 'node:crypto';
import { bucketRulesOf } from '@tidesync/server/adapters/object-store/bucket-rules';
import type { S3Store } from '@tidesync/server/adapters/object-store/s3-store';
import { openS3Store } from '@tidesync/server/adapters/object-store/s3-store';
import { isPassing } from '@tidesync/server/adapters/object-store/store-trouble';
import { afterEach, describe, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';
import { bucketSettings } from './bucket-settings.ts';
import type { Carelessness, Passing } from './careless-proxy.ts';
import { carelessProxy } from './careless-proxy.ts';

const { minio, versitygw } = realServers();
const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0).reverse()) step();
});

/** MinIO behind that proxy, which is the only way for clients. */
async function behind(careless: Carelessness, server = minio): Promise<S3Store> {
  const proxy = await carelessProxy(server, careless);
  cleanUp.push(() => proxy.close());
  const publicEndpoint = { host: '127.0.0.1', port: proxy.port, secure: false };
  const settings = bucketSettings(server, { publicEndpoint });
  const s3 = await openS3Store(settings, { nowMs: Date.now, uuid: randomUUID });
  cleanUp.push(() => s3.close());
  await s3.prepare(bucketRulesOf.sync);
  return s3;
}

const isGood = ({ body }: Passing) => body.toString() === 'tidesync start check, these bytes';
const isOther = ({ body }: Passing) => body.toString() === 'tidesync start check, THESE bytes';
const put = (takes: (passing: Passing) => boolean): Carelessness => ({
  takes: (passing) => passing.method === 'PUT' && takes(passing),
});
const hashOfOther = createHash('sha256').update('tidesync start check, THESE bytes').digest('base64');
let puts = 0;
const expired = ({ url }: Passing) => url.searchParams.get('X-Amz-Expires') === '1';
const plain = ({ headers, ...passing }: Passing) =>
  !expired({ headers, ...passing }) &&
  headers['x-amz-checksum-sha256'] !== undefined &&
  headers['if-none-match'] !== undefined;

describe.each([
  ['refuses other bytes', put(isOther)],
  ['refuses a longer body', put(({ body }) => body.toString().endsWith('and more'))],
  [
    'refuses a PUT without its checksum',
    put(
      ({ headers, url }) => headers['x-amz-checksum-sha256'] === undefined && !url.search.includes('sha256='),
    ),
  ],
  [
    'refuses a checksum in the address instead of the header',
    put(({ url }) => url.searchParams.has('x-amz-checksum-sha256')),
  ],
  [
    'refuses a PUT with another checksum algorithm',
    put(({ headers }) => headers['x-amz-checksum-algorithm'] === 'CRC32'),
  ],
  [
    'refuses other bytes with a second checksum that nobody signed',
    put(({ headers }) => headers['x-amz-sdk-checksum-algorithm'] === 'CRC32'),
  ],
  [
    'refuses a PUT without the promise not to overwrite',
    put(({ headers }) => headers['if-none-match'] === undefined),
  ],
  ['refuses an address that has expired', put(expired)],
  ['refuses to overwrite', put((passing) => isGood(passing) && plain(passing) && ++puts > 1)],
  ['refuses a second body', put(({ headers }) => headers['x-amz-checksum-sha256'] === hashOfOther)],
  ['gives nothing without a signature', { answers: ({ url }) => (url.search === '' ? 200 : null) }],
  [
    'takes the right bytes',
    { alter: ({ headers }) => void Reflect.deleteProperty(headers, 'if-none-match') },
  ],
  ['gives back a part of it', { alter: ({ headers }) => void Reflect.deleteProperty(headers, 'range') }],
] satisfies [string, Carelessness][])('a store that does not hold what it promises', (check, careless) => {
  test(`the start check refuses one that fails "${check}", and names it`, async () => {
    puts = 0;
    const s3 = await behind(careless);
    const refused = await s3.prove().then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({
      problem: { reason: 'storeUnavailable', detail: expect.stringContaining(`"${check}"`) },
    });
    expect(isPassing(refused)).toBe(false);
  });
});

describe('the start check', () => {
  test.each(Object.entries({ minio, versitygw }))(
    'passes through a proxy that alters nothing: %s',
    async (_name, server) => {
      expect(await (await behind({}, server)).prove()).toEqual({ through: 'public' });
    },
  );

  test('asks the internal endpoint in the public name when the public one cannot be reached', async () => {
    const publicEndpoint = { host: 'files.invalid', port: 9000, secure: false };
    const settings = bucketSettings(minio, { publicEndpoint });
    const s3 = await openS3Store(settings, { nowMs: Date.now, uuid: randomUUID });
    cleanUp.push(() => s3.close());
    await s3.prepare(bucketRulesOf.sync);
    expect(await s3.prove()).toEqual({ through: 'internal' });
  });

  test('a store that is busy has failed nothing: the question stays open', async () => {
    const s3 = await behind({ answers: ({ method }) => (method === 'PUT' ? 503 : null) });
    const refused = await s3.prove().catch((error: unknown) => error);
    expect(isPassing(refused)).toBe(true);
  });

  test('a full store is told as such', async () => {
    const s3 = await behind({ answers: ({ method }) => (method === 'PUT' ? 507 : null) });
    await expect(s3.prove()).rejects.toMatchObject({ problem: { reason: 'serverDiskFull' } });
  });
});

describe('writes that nobody signed', () => {
  test('MinIO takes them from whoever knows the name of a key, and a proxy that refuses them helps', async () => {
    expect(await (await behind({}, minio)).takesUnsignedWrites()).toBe(true);
    const filter: Carelessness = {
      answers: ({ headers }) => (headers['x-amz-content-sha256']?.startsWith('STREAMING-') ? 403 : null),
    };
    expect(await (await behind(filter, minio)).takesUnsignedWrites()).toBe(false);
  });

  test('versitygw refuses them', async () => {
    expect(await (await behind({}, versitygw)).takesUnsignedWrites()).toBe(false);
  });
});
