import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeClock } from '@tidesync/engine/adapters/node-environment';
import { freeWay } from '@tidesync/engine/ports/server';
import { bucketRulesOf } from '@tidesync/server/adapters/object-store/bucket-rules';
import type { S3Store } from '@tidesync/server/adapters/object-store/s3-store';
import { openS3Store } from '@tidesync/server/adapters/object-store/s3-store';
import { objectKeyOf } from '@tidesync/server/ports/object-store';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';
import { bucketSettings } from './bucket-settings.ts';

const { minio, versitygw } = realServers();
const { signal } = new AbortController();

describe.each(Object.entries({ minio, versitygw }))('the engine puts and gets bytes: %s', (_name, server) => {
  let s3: S3Store;
  const settings = bucketSettings(server);
  const transfer = createHttpObjectTransfer({ serverUrl: 'http://127.0.0.1:9', clock: nodeClock });
  beforeAll(async () => {
    s3 = await openS3Store(settings, { nowMs: Date.now, uuid: randomUUID });
    await s3.prepare(bucketRulesOf.sync);
  });
  afterAll(() => {
    transfer.close();
    s3.close();
  });
  const packId = randomUUID() as PackId;
  const newKey = () => objectKeyOf(randomUUID() as LibraryId, packId);
  async function signed(key: ReturnType<typeof newKey>, bytes: Uint8Array, lifeMs = 60_000) {
    const sha256Hex = createHash('sha256').update(bytes).digest('hex');
    const expiresAtMs = Date.now() + lifeMs;
    const grant = { key, sha256Hex, sizeBytes: bytes.length, expiresAtMs };
    const { url, headers } = await s3.store.signPut(grant);
    return { packId, url, headers: { ...headers }, expiresAtMs };
  }

  test('the largest pack is stored once, and known to be there every other time', async () => {
    const [key, bytes] = [newKey(), randomBytes(limits.packBytesMax)];
    expect(await transfer.put(await signed(key, bytes), [bytes], freeWay(signal))).toBe('stored');
    for (let i = 0; i < 5; i++) {
      expect(await transfer.put(await signed(key, bytes), [bytes], freeWay(signal))).toBe('alreadyThere');
    }
    const expiresAtMs = Date.now() + 60_000;
    const get = { packId, url: await s3.store.signGet({ key, expiresAtMs }), expiresAtMs };
    const part = await transfer.getRange(get, { offset: 5_000_000, length: 3_000_000 }, signal);
    expect(Buffer.from(part as Uint8Array).equals(bytes.subarray(5_000_000, 8_000_000))).toBe(true);
  });

  test('other bytes, an address that has ended and an object that is not there are told apart', async () => {
    const [key, bytes] = [newKey(), randomBytes(100_000)];
    const put = transfer.put(await signed(key, bytes), [randomBytes(100_000)], freeWay(signal));
    await expect(put).rejects.toMatchObject({ problem: { reason: 'chunkMismatch' } });
    expect(await transfer.put(await signed(key, bytes, -2_000), [bytes], freeWay(signal))).toBe('expired');
    const expiresAtMs = Date.now() + 60_000;
    const get = { packId, url: await s3.store.signGet({ key, expiresAtMs }), expiresAtMs };
    const got = transfer.getRange(get, { offset: 0, length: 10 }, signal);
    await expect(got).rejects.toMatchObject({ problem: { reason: 'packMissing' } });
  });
});
