import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObjectKey, ObjectStore, PutGrant } from '../../ports/object-store.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import { probeObjectStore } from './probe.ts';
import type { Route, SignedAnswer, SignedRequest } from './signed-request.ts';
import { sendSigned } from './signed-request.ts';

export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** What relative URLs are resolved against. */
  readonly serverUrl: string;
  /** Default: straight to where the URLs point. */
  readonly route?: Route;
  /** The store's own clock. */
  readonly nowMs: () => number;
  readonly close: () => Promise<void>;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Every object store keeps the port's contract, seen as a client sees it: through signed URLs, over HTTP. */
export function objectStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  let t: StoreUnderTest;
  const newKey = () => objectKeyOf(randomUUID() as LibraryId, randomUUID() as PackId);
  const grantFor = (key: ObjectKey, bytes: Uint8Array): PutGrant => ({
    key,
    sha256Hex: sha256(bytes),
    sizeBytes: bytes.length,
    expiresAtMs: t.nowMs() + 60_000,
  });
  type Headers = Record<string, string>;
  const send = (request: Omit<SignedRequest, 'serverUrl'>): Promise<SignedAnswer> =>
    sendSigned({ ...request, serverUrl: t.serverUrl }, t.route);
  async function put(
    grant: PutGrant,
    body: Uint8Array,
    alter?: (headers: Headers) => void,
  ): Promise<SignedAnswer> {
    const signed = await t.store.signPut(grant);
    const headers = { ...signed.headers };
    alter?.(headers);
    return send({ method: 'PUT', url: signed.url, headers, body });
  }
  async function get(key: ObjectKey, headers: Headers = {}): Promise<SignedAnswer> {
    const url = await t.store.signGet({ key, expiresAtMs: t.nowMs() + 60_000 });
    return send({ method: 'GET', url, headers });
  }

  describe(`object store: ${name}`, () => {
    beforeAll(async () => {
      t = await open();
    });
    afterAll(() => t.close());

    test('gives back what was put, whole and in ranges', async () => {
      const [key, bytes] = [newKey(), randomBytes(3_000_000)];
      expect((await put(grantFor(key, bytes), bytes)).status).toBe(200);
      const whole = await get(key);
      expect(whole.status).toBe(200);
      expect(whole.body.equals(bytes)).toBe(true);
      const part = await get(key, { range: 'bytes=1000000-1999999' });
      expect(part.status).toBe(206);
      expect(part.headers['content-range']).toBe('bytes 1000000-1999999/3000000');
      expect(part.body.equals(bytes.subarray(1_000_000, 2_000_000))).toBe(true);
      const end = await get(key, { range: 'bytes=2999990-3999999' });
      expect([end.status, end.body.length]).toEqual([206, 10]);
      const open = await get(key, { range: 'bytes=2999999-' });
      expect([open.status, open.body.length]).toEqual([206, 1]);
      const last = await get(key, { range: 'bytes=-7' });
      expect(last.body.equals(bytes.subarray(-7))).toBe(true);
      expect((await get(key, { range: 'bytes=3000000-' })).status).toBe(416);
      expect((await get(newKey())).status).toBe(404);
    });

    test('head gives size and SHA-256, or null', async () => {
      const [key, bytes] = [newKey(), randomBytes(100)];
      expect(await t.store.head(key)).toBeNull();
      await put(grantFor(key, bytes), bytes);
      expect(await t.store.head(key)).toEqual({ sizeBytes: 100, sha256Hex: sha256(bytes) });
    });

    test('the server itself writes an object once, and reads it whole', async () => {
      const [key, bytes] = [newKey(), randomBytes(200_000)];
      expect(await t.store.read(key)).toBeNull();
      expect(await t.store.write(key, bytes)).toBe('stored');
      expect(await t.store.write(key, randomBytes(10))).toBe('exists');
      expect(Buffer.from((await t.store.read(key)) ?? []).equals(bytes)).toBe(true);
      expect(await t.store.head(key)).toEqual({ sizeBytes: 200_000, sha256Hex: sha256(bytes) });
      expect((await put(grantFor(key, bytes), bytes)).status).toBe(412);
    });

    test('delete removes, and again is a success', async () => {
      const [key, bytes] = [newKey(), randomBytes(100)];
      await put(grantFor(key, bytes), bytes);
      await t.store.delete(key);
      await t.store.delete(key);
      expect(await t.store.head(key)).toBeNull();
      expect((await get(key)).status).toBe(404);
    });

    test('[B8] a refused PUT leaves nothing and does not use the key up', async () => {
      const [key, bytes, other] = [newKey(), randomBytes(5_000), randomBytes(5_000)];
      const grant = grantFor(key, bytes);
      expect((await put(grant, other)).status).toBe(400);
      expect(await t.store.head(key)).toBeNull();
      expect((await put(grant, bytes)).status).toBe(200);
    });

    test('[B8] another length is refused, longer and shorter', async () => {
      const [key, bytes] = [newKey(), randomBytes(5_000)];
      for (const body of [bytes.subarray(0, 4_999), Buffer.concat([bytes, bytes])]) {
        const answer = await put(grantFor(key, bytes), body, (headers) => {
          headers['content-length'] = String(body.length);
        });
        expect(answer.status).toBe(403);
      }
      expect(await t.store.head(key)).toBeNull();
    });

    test('[B8] every signed header has to be there, unaltered', async () => {
      const [key, bytes] = [newKey(), randomBytes(500)];
      const names = Object.keys((await t.store.signPut(grantFor(key, bytes))).headers);
      expect(names).toEqual(expect.arrayContaining(['if-none-match', 'x-amz-checksum-sha256']));
      for (const header of names.filter((other) => other !== 'content-length')) {
        const without = await put(grantFor(key, bytes), bytes, (headers) => {
          delete headers[header];
        });
        const altered = await put(grantFor(key, bytes), bytes, (headers) => {
          headers[header] = header === 'x-amz-checksum-algorithm' ? 'CRC32' : `${headers[header]}x`;
        });
        expect([400, 403], header).toContain(without.status);
        expect([400, 403], header).toContain(altered.status);
      }
      expect(await t.store.head(key)).toBeNull();
    });

    test('[B9] a second PUT is 412 and changes nothing', async () => {
      const [key, bytes, other] = [newKey(), randomBytes(900), randomBytes(900)];
      expect((await put(grantFor(key, bytes), bytes)).status).toBe(200);
      expect((await put(grantFor(key, bytes), bytes)).status).toBe(412);
      expect((await put(grantFor(key, other), other)).status).toBe(412);
      expect((await get(key)).body.equals(bytes)).toBe(true);
    });

    test('[B9] of eight PUTs at once, one is stored and seven are 412', async () => {
      const [key, bytes] = [newKey(), randomBytes(400_000)];
      const answers = await Promise.all(Array.from({ length: 8 }, () => put(grantFor(key, bytes), bytes)));
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(7).fill(412)]);
      expect((await get(key)).body.equals(bytes)).toBe(true);
    });

    test('[B10] an expired URL is refused, for PUT and GET', async () => {
      const [key, bytes] = [newKey(), randomBytes(50)];
      const expiresAtMs = t.nowMs() - 1_000;
      expect((await put({ ...grantFor(key, bytes), expiresAtMs }, bytes)).status).toBe(403);
      await put(grantFor(key, bytes), bytes);
      const url = await t.store.signGet({ key, expiresAtMs });
      expect((await send({ method: 'GET', url })).status).toBe(403);
    });

    test('[B10] a URL serves one key and one method', async () => {
      const [key, elsewhere, bytes] = [newKey(), newKey(), randomBytes(50)];
      await put(grantFor(key, bytes), bytes);
      await put(grantFor(elsewhere, bytes), bytes);
      const getUrl = await t.store.signGet({ key, expiresAtMs: t.nowMs() + 60_000 });
      const moved = getUrl.replace(key, elsewhere);
      expect((await send({ method: 'GET', url: moved })).status).toBe(403);
      const { url, headers } = await t.store.signPut(grantFor(newKey(), bytes));
      const asGet = await send({ method: 'GET', url });
      expect([400, 403]).toContain(asGet.status);
      const asPut = { method: 'PUT', url: getUrl, headers, body: bytes } as const;
      expect((await send(asPut)).status).toBe(403);
    });

    test('[B11] a PUT cut short leaves nothing, and the key can be used afterwards', async () => {
      const [key, bytes] = [newKey(), randomBytes(2_000_000)];
      const { url, headers } = await t.store.signPut(grantFor(key, bytes));
      await new Promise<void>((resolve) => {
        const at = new URL(url, t.serverUrl);
        const { ca, ...way } = t.route ?? {};
        const cut = (at.protocol === 'https:' ? httpsRequest : request)(at, {
          ...way,
          ...(ca === undefined ? {} : { ca: [...ca] }),
          method: 'PUT',
          headers: { ...headers },
          agent: false,
        });
        cut.on('close', resolve).on('error', () => undefined);
        cut.write(bytes.subarray(0, 1_000_000), () => cut.destroy());
      });
      expect(await t.store.head(key)).toBeNull();
      expect((await put(grantFor(key, bytes), bytes)).status).toBe(200);
    });

    test('passes the start check and is left empty by it', async () => {
      const keys: ObjectKey[] = [];
      const store: ObjectStore = {
        ...t.store,
        signPut: (grant) => {
          keys.push(grant.key);
          return t.store.signPut(grant);
        },
      };
      const { serverUrl, route = {} } = t;
      await probeObjectStore({ store, serverUrl, route, nowMs: t.nowMs(), uuid: randomUUID });
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) expect(await t.store.head(key)).toBeNull();
    });
  });
}
