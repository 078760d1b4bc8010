import { randomUUID } from 'node:crypto';
import type { BucketRules } from '@tidesync/server/adapters/object-store/bucket-rules';
import { bucketRulesOf } from '@tidesync/server/adapters/object-store/bucket-rules';
import { minioOf } from '@tidesync/server/adapters/object-store/s3-bucket';
import { createS3Client } from '@tidesync/server/adapters/object-store/s3-client';
import type { S3Store } from '@tidesync/server/adapters/object-store/s3-store';
import { openS3Store } from '@tidesync/server/adapters/object-store/s3-store';
import { isPassing } from '@tidesync/server/adapters/object-store/store-trouble';
import { objectKeyOf } from '@tidesync/server/ports/object-store';
import type { S3Settings } from '@tidesync/server/settings/server-settings';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { afterEach, describe, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';
import { bucketSettings } from './bucket-settings.ts';
import { minioAdmin } from './minio-admin.ts';

const { minio, versitygw } = realServers();
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function openAt(settings: S3Settings) {
  const s3 = await openS3Store(settings, { nowMs: Date.now, uuid: randomUUID });
  cleanUp.push(() => s3.close());
  return s3;
}
/** The bucket, seen with the keys of who may do everything. */
function bucketOf(settings: S3Settings) {
  const client = createS3Client(settings, { nowMs: Date.now, ca: null });
  cleanUp.push(() => client.close());
  return minioOf(settings, client);
}
const detailOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: { problem?: { detail?: string } }) => error.problem?.detail ?? String(error),
  );
const callsOf = (s3: S3Store): (() => Promise<unknown>)[] => [
  () => s3.prepare(bucketRulesOf.sync),
  () => s3.store.read(newKey()),
  () => s3.store.head(newKey()),
];
const newKey = () => objectKeyOf(randomUUID() as LibraryId, randomUUID() as PackId);
const users = () => randomUUID().slice(0, 8);

describe('keys', () => {
  test('a server works with the two users of the documented policies, and nothing is amiss', async () => {
    const admin = await minioAdmin(minio);
    cleanUp.push(() => admin.close());
    const root = bucketSettings(minio);
    const keys = await admin.addUser(`server-${users()}`, 'server', root.bucket);
    const signingKeys = await admin.addUser(`signing-${users()}`, 'signing', root.bucket);
    const s3 = await openAt({ ...root, keys, signingKeys });
    expect(await s3.prepare(bucketRulesOf.sync)).toEqual({ made: true, notices: [] });
    await s3.prove();
    expect(await s3.inspectSigningKeys()).toEqual([]);
    const key = newKey();
    expect(await s3.store.write(key, Buffer.from('bytes'))).toBe('stored');
    await s3.store.delete(key);
    expect(await s3.store.head(key)).toBeNull();
  });

  test('signing keys that can do more are told, thing by thing, with the cure', async () => {
    const admin = await minioAdmin(minio);
    cleanUp.push(() => admin.close());
    const root = bucketSettings(minio);
    const signingKeys = await admin.addUser(`signing-${users()}`, 'server', root.bucket);
    const s3 = await openAt({ ...root, signingKeys });
    await s3.prepare(bucketRulesOf.sync);
    const found = await s3.inspectSigningKeys();
    expect(found.map((sentence) => /can (.*?),/.exec(sentence)?.[1])).toEqual([
      `list the bucket ${root.bucket}`,
      'put objects outside packs/',
      'delete packs',
    ]);
    for (const sentence of found) expect(sentence).toContain('deploy/minio/signing-policy.json');
    const same = await openAt(root);
    expect(await same.inspectSigningKeys()).toEqual([expect.stringContaining('MINIO_SIGNING_ACCESS_KEY')]);
  });

  test('wrong keys are named as such, and no key or signature is told', async () => {
    const root = bucketSettings(minio);
    const unknown = { accessKey: 'nobody-there', secretKey: 'a-secret-of-nobody' };
    const wrong = { ...root.keys, secretKey: 'a-secret-that-is-wrong' };
    for (const keys of [unknown, wrong]) {
      const s3 = await openAt({ ...root, keys, signingKeys: keys });
      for (const call of callsOf(s3)) {
        const error = await call().catch((failure: unknown) => failure);
        expect(isPassing(error)).toBe(false);
        const text = JSON.stringify((error as { problem: unknown }).problem);
        expect(text).toMatch(/key/);
        for (const secret of [...Object.values(keys), 'Signature=']) expect(text).not.toContain(secret);
      }
    }
  });

  test('a store that is away is told in plain words, as something that passes', async () => {
    const nowhere = { host: '127.0.0.1', port: 9, secure: false };
    const s3 = await openAt(bucketSettings(minio, { endpoint: nowhere, publicEndpoint: nowhere }));
    for (const call of [...callsOf(s3), () => s3.prove()]) {
      const error = await call().catch((failure: unknown) => failure);
      expect(isPassing(error)).toBe(true);
      expect(await detailOf(Promise.reject(error))).toBe(
        'connection refused: nothing listens at its address',
      );
    }
  });
});

describe.each(Object.entries({ minio, versitygw }))('buckets: %s', (_name, server) => {
  test('the bucket is made once, by whichever server comes first', async () => {
    const settings = bucketSettings(server);
    const stores = await Promise.all([openAt(settings), openAt(settings), openAt(settings)]);
    const reports = await Promise.all(stores.map((s3) => s3.prepare(bucketRulesOf.sync)));
    expect(reports.filter(({ made }) => made).length).toBeGreaterThan(0);
    expect(await stores[0]?.prepare(bucketRulesOf.sync)).toEqual({ made: false, notices: [] });
  });

  test('a bucket that anyone may use is refused', async () => {
    const settings = bucketSettings(server);
    const s3 = await openAt(settings);
    await s3.prepare(bucketRulesOf.sync);
    const open = {
      Effect: 'Allow',
      Principal: '*',
      Action: ['s3:GetObject'],
      Resource: [`arn:aws:s3:::${settings.bucket}/*`],
    };
    const policy = { Version: '2012-10-17', Statement: [open] };
    await bucketOf(settings).setBucketPolicy(settings.bucket, JSON.stringify(policy));
    expect(await detailOf(s3.prepare(bucketRulesOf.sync))).toContain('lets anyone use it');
  });

  test('a bucket that is not there is no missing object', async () => {
    const s3 = await openAt(bucketSettings(server));
    expect(await detailOf(s3.store.read(newKey()))).toContain('NoSuchBucket');
  });
});

describe('what a bucket does by itself', () => {
  const kept: BucketRules = { versioning: true, earlierVersionsDays: 30, objectsDays: null };

  test('a kind of library that asks for versions and an end of them gets both, once', async () => {
    const settings = bucketSettings(minio);
    const s3 = await openAt(settings);
    const bucket = bucketOf(settings);
    for (let i = 0; i < 2; i++) expect((await s3.prepare(kept)).notices).toEqual([]);
    expect(await bucket.getBucketVersioning(settings.bucket)).toMatchObject({ Status: 'Enabled' });
    const lifecycle = JSON.stringify(await bucket.getBucketLifecycle(settings.bucket));
    expect(lifecycle.match(/tidesync/g)).toHaveLength(1);
    expect(lifecycle).toContain('NoncurrentDays');
    await s3.prove();
    const { notices } = await s3.prepare(bucketRulesOf.sync);
    expect(notices).toEqual([expect.stringContaining('earlier versions')]);
  });

  test('a rule that removes packs by their age is refused, one for other objects is not', async () => {
    const settings = bucketSettings(minio);
    const s3 = await openAt(settings);
    await s3.prepare(bucketRulesOf.sync);
    const bucket = bucketOf(settings);
    const rule = (Prefix: string) => ({
      Rule: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix }, Expiration: { Days: 7 } }],
    });
    await bucket.setBucketLifecycle(settings.bucket, rule('logs/') as never);
    expect((await s3.prepare(bucketRulesOf.sync)).made).toBe(false);
    for (const prefix of ['', 'packs/', 'packs/0000']) {
      await bucket.setBucketLifecycle(settings.bucket, rule(prefix) as never);
      expect(await detailOf(s3.prepare(bucketRulesOf.sync)), prefix).toContain('the lifecycle rule "old"');
    }
  });
});
