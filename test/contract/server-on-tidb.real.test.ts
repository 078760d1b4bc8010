import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openAdmin } from '@tidesync/server/compose-admin';
import { composeChecks } from '@tidesync/server/compose-doctor';
import { startServer } from '@tidesync/server/compose-server';
import { runChecks } from '@tidesync/server/doctor/check';
import { gatherSettings } from '@tidesync/server/settings/gather-settings';
import { EMBEDDED_SETTINGS } from '@tidesync/server/settings/server-settings';
import type { TidbDatabase } from '@tidesync/server/testing/tidb-database';
import { makeTidbDatabase } from '@tidesync/server/testing/tidb-database';
import { createUser } from '@tidesync/server/use-cases/admin/create-user';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';
import { bucketSettings } from './bucket-settings.ts';

let database: TidbDatabase;
let folder: string;
beforeAll(async () => {
  database = await makeTidbDatabase(realServers().tidb.url);
  folder = await mkdtemp(path.join(tmpdir(), 'tidesync-on-tidb-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test('a server keeps its metadata in TiDB, is administered there without a data folder, and is well', async () => {
  const dataDir = path.join(folder, 'data');
  const settings = {
    ...EMBEDDED_SETTINGS,
    database: { kind: 'tidb', url: database.url },
    quotaBytesDefault: 7,
  } as const;
  const server = await startServer({ dataDir, port: 0, settings });
  expect(await server.hasAccounts()).toBe(false);

  const admin = await openAdmin(path.join(folder, 'none'), { mayMake: false, settings });
  const account = { email: 'ann@example.org', password: 'a good password', admin: false };
  expect((await createUser(admin.ports, { admin: true }, account)).quota.limitBytes).toBe(7);
  await admin.close();
  expect(await server.hasAccounts()).toBe(true);
  expect(existsSync(path.join(folder, 'none'))).toBe(false);
  expect(existsSync(path.join(dataDir, 'server.sqlite'))).toBe(false);
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);

  const texts = { DATABASE_URL: database.url, TIDESYNC_DATA: dataDir, TIDESYNC_PORT: String(server.port) };
  const gathered = gatherSettings([{ where: 'environment', texts }], () => '');
  const findings = await runChecks(composeChecks(gathered, dataDir), () => undefined);
  await server.stop();
  expect(findings.filter((one) => one.level === 'failed')).toEqual([]);
  expect(findings.map((one) => one.says)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^TiDB \d+\.\d+.* answers\.$/),
      expect.stringMatching(/^Its format is \d+, the newest\.$/),
      expect.stringMatching(/^All \d+ laws of the metadata hold\.$/),
    ]),
  );
});

test('servers on TiDB and a bucket share both, and touch no data folder', async () => {
  const objectStore = bucketSettings(realServers().minio);
  const settings = {
    ...EMBEDDED_SETTINGS,
    database: { kind: 'tidb', url: database.url },
    objectStore,
  } as const;
  const dataDir = path.join(folder, 'stateless');
  const servers = [
    await startServer({ dataDir, port: 0, settings }),
    await startServer({ dataDir, port: 0, settings }),
  ];
  for (const { url } of servers) {
    expect(await (await fetch(`${url}/health/detailed`)).json()).toMatchObject({
      ok: true,
      state: 'serving',
    });
  }
  expect(existsSync(dataDir)).toBe(false);

  const { endpoint, keys, bucket } = objectStore;
  const texts = {
    DATABASE_URL: database.url,
    STORAGE_BACKEND: 'minio',
    MINIO_ENDPOINT: `http${endpoint.secure ? 's' : ''}://${endpoint.host}:${endpoint.port}`,
    MINIO_ACCESS_KEY: keys.accessKey,
    MINIO_SECRET_KEY: keys.secretKey,
    STORAGE_DEFAULT_BUCKET: bucket,
    TIDESYNC_PORT: '0',
  };
  const gathered = gatherSettings([{ where: 'environment', texts }], () => '');
  const findings = await runChecks(composeChecks(gathered, dataDir), () => undefined);
  for (const server of servers) await server.stop();
  expect(findings).toContainEqual(
    expect.objectContaining({ check: 'object store', level: 'ok', says: expect.stringContaining(bucket) }),
  );
  expect(findings).toContainEqual(expect.objectContaining({ check: 'public endpoint', level: 'ok' }));
  expect(JSON.stringify(findings)).not.toContain(keys.secretKey);
});
