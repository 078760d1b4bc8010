import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { bucketRulesOf } from '@tidesync/server/adapters/object-store/bucket-rules';
import { objectStoreContract } from '@tidesync/server/adapters/object-store/object-store-contract';
import type { S3StoreDeps } from '@tidesync/server/adapters/object-store/s3-store';
import { openS3Store } from '@tidesync/server/adapters/object-store/s3-store';
import type { Route } from '@tidesync/server/adapters/object-store/signed-request';
import type { S3Settings } from '@tidesync/server/settings/server-settings';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { S3Address } from '../servers/real-servers.ts';
import type { Started } from '../servers/running-server.ts';
import { startMinio } from '../servers/start-servers.ts';
import { bucketSettings } from './bucket-settings.ts';
import type { TlsFiles } from './tls-certificates.ts';
import { makeTlsFiles } from './tls-certificates.ts';

/** Every name below `localhost` is this machine; not every system's lookup knows. */
const lookup = ((name, options, done) => {
  const [address, family] = ['127.0.0.1', 4] as const;
  if (!name.endsWith('.localhost')) return done(new Error(`${name} is looked up`), '', 0);
  if (options.all === true) return done(null, [{ address, family }]);
  return done(null, address, family);
}) as LookupFunction;

const DOMAIN = 'localhost';
let tls: TlsFiles;
let overTls: Started<S3Address>;
let byHost: Started<S3Address>;

beforeAll(async () => {
  tls = await makeTlsFiles();
  overTls = await startMinio({ tls });
  byHost = await startMinio({ env: { MINIO_DOMAIN: DOMAIN } });
});
afterAll(async () => {
  await Promise.all([overTls?.stop(), byHost?.stop()]);
  await tls?.remove();
});

async function underTest(settings: S3Settings, route: Route, deps: Partial<S3StoreDeps> = {}) {
  const s3 = await openS3Store(settings, { nowMs: Date.now, uuid: randomUUID, ...deps });
  await s3.prepare(bucketRulesOf.sync);
  expect(await s3.prove()).toEqual({ through: 'public' });
  const close = async () => s3.close();
  return { store: s3.store, serverUrl: 'http://127.0.0.1:9', route, nowMs: Date.now, close };
}

objectStoreContract('MinIO over TLS, with an authority of its own', async () => {
  const settings = bucketSettings(overTls, { caFile: tls.caFile });
  return underTest(settings, { ca: [await readFile(tls.caFile, 'utf8')] });
});

objectStoreContract('MinIO with the bucket in the host name', async () => {
  const endpoint = { host: DOMAIN, port: byHost.port, secure: false };
  const settings = bucketSettings(byHost, { endpoint, publicEndpoint: endpoint, pathStyle: false });
  return underTest(settings, { lookup }, { lookup });
});

test('the bucket is in the host name of a virtual-host-style URL, and in the path of the other', async () => {
  const endpoint = { host: DOMAIN, port: 9000, secure: true };
  const grant = { key: 'some/key' as never, expiresAtMs: Date.now() + 60_000 };
  const urlOf = async (pathStyle: boolean) => {
    const settings = bucketSettings(byHost, { bucket: 'user-data', publicEndpoint: endpoint, pathStyle });
    const s3 = await openS3Store(settings, { nowMs: Date.now, uuid: randomUUID });
    s3.close();
    return (await s3.store.signGet(grant)).replace(/\?.*/, '');
  };
  expect(await urlOf(true)).toBe('https://localhost:9000/user-data/packs/some/key');
  expect(await urlOf(false)).toBe('https://user-data.localhost:9000/packs/some/key');
});

test('a certificate of an unknown authority, and a file that is none, are told in words', async () => {
  const s3 = await openS3Store(bucketSettings(overTls), { nowMs: Date.now, uuid: randomUUID });
  await expect(s3.store.head('some/key' as never)).rejects.toThrow('signed by nobody this server trusts');
  s3.close();
  const missing = openS3Store(bucketSettings(overTls, { caFile: '/nowhere/ca.crt' }), {
    nowMs: Date.now,
    uuid: randomUUID,
  });
  await expect(missing).rejects.toThrow('/nowhere/ca.crt, cannot be read');
});
