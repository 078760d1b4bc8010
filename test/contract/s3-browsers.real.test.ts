import { randomUUID } from 'node:crypto';
import { bucketRulesOf } from '@tidesync/server/adapters/object-store/bucket-rules';
import { openS3Store } from '@tidesync/server/adapters/object-store/s3-store';
import { objectKeyOf } from '@tidesync/server/ports/object-store';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { afterEach, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';
import { bucketSettings } from './bucket-settings.ts';

const { minio, versitygw } = realServers();
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

test.each([
  ['MinIO lets pages in by itself', minio, 'open'],
  ['the bucket of another store gets the rule once', versitygw, 'opened'],
] as const)('[P12] %s, and a page may read what it has a signed address for', async (_, address, first) => {
  const s3 = await openS3Store(bucketSettings(address), { nowMs: Date.now, uuid: randomUUID });
  cleanUp.push(() => s3.close());
  await s3.prepare(bucketRulesOf.sync);
  expect(await s3.letBrowsersIn()).toBe(first);
  expect(await s3.letBrowsersIn()).toBe('open');
  const key = objectKeyOf(randomUUID() as LibraryId, randomUUID() as PackId);
  await s3.store.write(key, Buffer.from('bytes'));
  cleanUp.push(() => s3.store.delete(key));
  const url = await s3.store.signGet({ key, expiresAtMs: Date.now() + 60_000 });
  const answer = await fetch(url, { headers: { origin: 'https://console.example.org', range: 'bytes=0-1' } });
  expect(answer.status).toBe(206);
  expect(['*', 'https://console.example.org']).toContain(answer.headers.get('access-control-allow-origin'));
});
