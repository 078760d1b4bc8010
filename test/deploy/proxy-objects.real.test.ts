// The proxy before the object store: signed URLs pass untouched, and nothing else passes at all.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { presignUrl, signHeaders } from '@tidesync/server/adapters/object-store/s3-signature';
import type { S3Store } from '@tidesync/server/adapters/object-store/s3-store';
import { openS3Store } from '@tidesync/server/adapters/object-store/s3-store';
import type { S3Settings } from '@tidesync/server/settings/server-settings';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../e2e/support/waiting.ts';
import { startMinio } from '../servers/start-servers.ts';
import type { Answered, RunningProxy } from './proxy-world.ts';
import { answerTo, OBJECTS_HOST, startProxy } from './proxy-world.ts';
import type { Witness } from './upstreams.ts';
import { startWitness } from './upstreams.ts';

const BUCKET = 'user-data';
const MIB = 2 ** 20;
const HOUR_MS = 3_600_000;

let minio: Awaited<ReturnType<typeof startMinio>>;
let witness: Witness;
let proxy: RunningProxy;

beforeAll(async () => {
  minio = await startMinio();
  witness = await startWitness(minio);
  proxy = await startProxy({ servers: ['127.0.0.1:9'], objectStore: witness.address });
  const made = await proxylessCall('PUT', `/${BUCKET}`);
  expect(made.status).toBe(200);
});
afterAll(async () => {
  await proxy?.stop();
  await witness?.stop();
  await minio?.stop();
});
beforeEach(() => {
  witness.seen.length = 0;
  witness.bytes.count = 0;
});

const newPath = () => `/${BUCKET}/packs/${randomUUID()}/${randomUUID()}`;
const sha256Base64 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

type Method = 'GET' | 'PUT' | 'HEAD' | 'DELETE';

function signed(method: Method, path: string, headers: Readonly<Record<string, string>> = {}): string {
  const signer = { keys: minio, region: minio.region, nowMs: Date.now() };
  const url = presignUrl(
    { method, origin: proxy.objectsOrigin, path, headers },
    signer,
    Date.now() + HOUR_MS,
  );
  return url.slice(proxy.objectsOrigin.length);
}

const packHeaders = (bytes: Uint8Array) => ({
  'content-length': `${bytes.length}`,
  'if-none-match': '*',
  'x-amz-checksum-algorithm': 'SHA256',
  'x-amz-checksum-sha256': sha256Base64(bytes),
});

function put(path: string, bytes: Uint8Array, body = bytes): Promise<Answered> {
  const headers = packHeaders(bytes);
  return proxy.ask({ to: OBJECTS_HOST, method: 'PUT', path: signed('PUT', path, headers), headers }, body);
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
  return proxy.ask({ to: OBJECTS_HOST, method: 'GET', path: signed('GET', path), headers });
}

/** As the server itself calls, which does not go through the proxy. */
async function proxylessCall(method: Method, path: string): Promise<{ status: number }> {
  const origin = `http://${minio.host}:${minio.port}`;
  const signer = { keys: minio, region: minio.region, nowMs: Date.now() };
  const { host: _, ...headers } = signHeaders(
    { method, origin, path },
    signer,
    createHash('sha256').digest('hex'),
  );
  return fetch(`${origin}${path}`, { method, headers });
}

/** The store may hang up on a body that it does not want, before its answer was read. Nothing is stored either way. */
const HUNG_UP = 502;

/** The statuses of a PUT that is made again, as devices do, until the store's own answer comes through. */
async function answeredPuts(path: string, bytes: Uint8Array): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < 10) {
    const { status } = await put(path, bytes);
    statuses.push(status);
    if (status !== HUNG_UP) break;
  }
  return statuses;
}

describe('signed URLs', () => {
  test('a pack goes in and comes out byte for byte, and a part of it by its range', async () => {
    const [path, bytes] = [newPath(), randomBytes(16 * MIB)];
    expect((await put(path, bytes)).status).toBe(200);
    const whole = await get(path);
    expect(whole.status).toBe(200);
    expect(whole.body.equals(bytes)).toBe(true);
    const part = await get(path, { range: 'bytes=1000-1999' });
    expect(part.status).toBe(206);
    expect(part.body.equals(bytes.subarray(1_000, 2_000))).toBe(true);
  });

  test('what was signed still binds: other bytes, another length and a second PUT are refused by the store', async () => {
    const [path, bytes] = [newPath(), randomBytes(5_000)];
    expect((await put(path, bytes, randomBytes(5_000))).status).toBe(400);
    const longer = { ...packHeaders(bytes), 'content-length': '5001' };
    const target = signed('PUT', path, packHeaders(bytes));
    const answer = await proxy.ask(
      { to: OBJECTS_HOST, method: 'PUT', path: target, headers: longer },
      randomBytes(5_001),
    );
    expect([403, HUNG_UP]).toContain(answer.status);
    expect((await put(path, bytes)).status).toBe(200);
    const again = await answeredPuts(path, bytes);
    expect(again.at(-1)).toBe(412);
    expect(witness.seen).toHaveLength(3 + again.length);
  });

  test('a body is passed on while it comes, and not kept first', async () => {
    const bytes = randomBytes(8 * MIB);
    const headers = packHeaders(bytes);
    const path = newPath();
    const sent = proxy.begin({
      to: OBJECTS_HOST,
      method: 'PUT',
      path: signed('PUT', path, headers),
      headers,
    });
    const answered = answerTo(sent);
    sent.write(bytes.subarray(0, 4 * MIB));
    await until('most of the first half was passed on', () => witness.bytes.count > 3 * MIB);
    sent.end(bytes.subarray(4 * MIB));
    expect((await answered).status).toBe(200);
    expect((await get(path)).body.equals(bytes)).toBe(true);
  });

  test('the answer does not say what answers', async () => {
    const { headers } = await get(newPath());
    expect(headers.server).toBeUndefined();
    expect(headers['strict-transport-security']).toContain('max-age=');
  });
});

describe('a server of Tidesync', () => {
  async function openThrough(): Promise<S3Store> {
    const settings: S3Settings = {
      ...{ kind: 's3', product: 'minio', region: minio.region, bucket: BUCKET, pathStyle: true },
      endpoint: { host: minio.host, port: minio.port, secure: false },
      publicEndpoint: { host: OBJECTS_HOST, port: proxy.port, secure: true },
      ...{ keys: minio, signingKeys: minio, caFile: proxy.authorityFile },
    };
    const lookup: LookupFunction = (_name, { all }, done) =>
      all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
    return openS3Store(settings, { nowMs: Date.now, uuid: randomUUID, lookup });
  }

  test('proves the store through the proxy at its start', async () => {
    const s3 = await openThrough();
    expect(await s3.prove()).toEqual({ through: 'public' });
    expect(witness.seen.length).toBeGreaterThan(5);
    s3.close();
  });

  test('finds that nobody can write without a signature', async () => {
    const s3 = await openThrough();
    expect(await s3.takesUnsignedWrites()).toBe(false);
    expect(witness.seen).toEqual([]);
    s3.close();
  });
});

describe('refused before it reaches the store', () => {
  const body = Buffer.from('14\r\nsomebody else’s\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n');

  async function expectRefused(method: string, target: string, headers: Record<string, string> = {}) {
    const sends = ['PUT', 'POST'].includes(method);
    const length = sends ? { 'content-length': `${body.length}` } : {};
    const answer = await proxy.ask(
      { to: OBJECTS_HOST, method, path: target, headers: { ...length, ...headers } },
      sends ? body : undefined,
    );
    expect(answer.status).toBe(403);
    expect(answer.body.toString()).toContain('the signed URLs of Tidesync');
    expect(witness.seen).toEqual([]);
  }

  /** What somebody can make who has seen one signed URL: everything in it is right but the signature. */
  const forged = () => signed('PUT', newPath()).replace(/[0-9a-f]{64}$/, 'f'.repeat(64));

  const streams = [
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'streaming-unsigned-payload-trailer',
    'UNSIGNED-PAYLOAD',
    '',
  ];
  test.each(streams)('a body that is said to be "%s" in a header', async (kind) => {
    await expectRefused('PUT', forged(), {
      'x-amz-content-sha256': kind,
      'x-amz-decoded-content-length': '20',
    });
    await expectRefused('PUT', signed('PUT', newPath()), { 'X-AMZ-Content-SHA256': kind });
  });

  const names = [
    'X-Amz-Content-Sha256',
    'x-amz-content-sha256',
    'X-Amz-Content%2DSha256',
    'X%2dAmz-Content-Sha256',
  ];
  test.each(names)('a body that is said to be a stream by %s in the query', async (name) => {
    const part = `${name}=STREAMING-UNSIGNED-PAYLOAD-TRAILER`;
    await expectRefused('PUT', `${forged()}&${part}`);
    await expectRefused('PUT', forged().replace('?', `?${part}&`));
    await expectRefused('PUT', forged().replace('&X-Amz-Date', `&${part}&X-Amz-Date`));
  });

  test('an archive that the store should unpack', async () => {
    await expectRefused('PUT', forged(), { 'x-amz-meta-snowball-auto-extract': 'true' });
    await expectRefused('PUT', signed('PUT', newPath()), { 'X-Amz-Meta-Snowball-Auto-Extract': 'TRUE' });
  });

  const others = {
    'another signature': {
      authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request',
    },
    'a copy': { 'x-amz-copy-source': `/${BUCKET}/packs/a` },
    'an encoding': { 'content-encoding': 'aws-chunked' },
    'a session': { 'x-amz-security-token': 'a' },
    'an open object': { 'x-amz-acl': 'public-read' },
    'a replica': { 'x-minio-source-replication-request': 'true' },
  };
  test.each(Object.entries(others))('a PUT that asks for %s by a header', async (_, headers) => {
    await expectRefused('PUT', signed('PUT', newPath()), headers);
  });

  test.each(['DELETE', 'POST', 'OPTIONS', 'PATCH', 'TRACE'])('the method %s', async (method) => {
    await expectRefused(method, signed('DELETE', newPath()));
  });

  test('whatever is not signed, or not all of it in the query', async () => {
    await expectRefused('GET', newPath());
    await expectRefused('GET', `${newPath()}?AWSAccessKeyId=a&Expires=1&Signature=b`);
    const target = signed('GET', newPath());
    for (const part of ['X-Amz-Expires=\\d+&', '&X-Amz-Signature=\\w+', 'X-Amz-Algorithm=[\\w-]+&'])
      await expectRefused('GET', target.replace(new RegExp(part), ''));
  });

  test('calls about buckets, other objects, and paths that pretend', async () => {
    const query = signed('GET', newPath()).split('?')[1];
    const [a, b] = [randomUUID(), randomUUID()];
    const paths = [
      '/',
      `/${BUCKET}`,
      `/${BUCKET}/`,
      `/${BUCKET}/other/${a}`,
      `/${BUCKET}/packs/${a}`,
      `/${BUCKET}/packs/${a}/../${b}`,
      `/${BUCKET}/packs/${a}/%2e%2e/${b}`,
      `/${BUCKET}//packs/${a}/${b}`,
      '/minio/health/live',
      '/minio/admin/v3/info',
    ];
    for (const path of paths) await expectRefused('GET', `${path}?${query}`);
    await expectRefused('GET', `${newPath()}?${query}&versionId=1`);
    await expectRefused('GET', `${newPath()}?acl=&${query}`);
    await expectRefused('GET', `${newPath()}?response-content-type=text/html&${query}`);
  });
});
