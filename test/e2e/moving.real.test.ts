import { randomUUID } from 'node:crypto';
import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bucketClient, dropDatabase, removeBucket } from '../servers/buckets-and-databases.ts';
import { realServers } from '../servers/real-servers.ts';
import { storageEnvironment } from '../servers/server-environment.ts';
import type { Finished } from './cli-process.ts';
import { startProgram } from './cli-process.ts';
import type { Device } from './support/device.ts';
import { SERVER } from './support/server-process.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorldOfOneServer();
const { tidb, minio } = realServers();
const database = `tidesync_${randomUUID().replaceAll('-', '')}`;
const url = `${tidb.url.replace(/\/$/, '')}/${database}`;
const bucket = `moving-${randomUUID()}`;
/** What the server on TiDB and MinIO is told. */
const settings = Object.entries(storageEnvironment({ databaseUrl: url, minio, bucket }))
  .map(([name, value]) => `${name}=${value}\n`)
  .join('');

let [ada, bob] = [] as unknown as [Device, Device];
let [here, there] = ['', ''];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
  [here, there] = await world.share(ada, bob);
  for (const name of ['one', 'two', 'three']) await writeFile(path.join(here, name), `${name}\n`.repeat(500));
  await settleAll(ada, bob);
  await rm(path.join(here, 'two'));
  await writeFile(path.join(here, 'large'), Buffer.alloc(9_000_000, 'x'));
  await settleAll(ada, bob);
});
afterAll(async () => {
  await dropDatabase(tidb, database);
  await removeBucket(bucketClient(minio), bucket);
});

const run = (...args: string[]): Promise<Finished> =>
  startProgram(SERVER, args, { home: world.server.home }).finished;
async function moved(...args: string[]): Promise<{ readonly objects: number; readonly damaged: unknown[] }> {
  const { exitCode, out, err } = await run(...args, '--json');
  expect([exitCode, err]).toEqual([0, expect.anything()]);
  return JSON.parse(out);
}
async function stopAll() {
  await ada.stop();
  await bob.stop();
  await world.server.stop();
}
async function startAll() {
  await world.server.start();
  await ada.start();
  await bob.start();
  await settleAll(ada, bob);
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()].filter((name) => name.includes('conflict'))).toEqual([]);
}
const moreOf = async (who: string, folder: string, name: string) =>
  appendFile(path.join(folder, name), `more of ${who}\n`);

test('[X10] SQLite and a folder become TiDB and MinIO by one command, and back, and no device notices', {
  timeout: 400_000,
}, async () => {
  const { home, dataDir } = world.server;
  const target = path.join(world.top, 'target.env');
  await writeFile(target, settings, { mode: 0o600 });
  await stopAll();
  await moreOf('ada', here, 'one');
  await moreOf('bob', there, 'three');
  const first = await moved('export', '--data', dataDir, '--to-env', target);
  expect(first).toMatchObject({ damaged: [] });
  expect(await moved('export', '--data', dataDir, '--to-env', target)).toMatchObject({ moved: 'before' });

  await rename(dataDir, `${dataDir}.old`);
  await rename(target, path.join(home, '.env'));
  await startAll();
  expect(await readFile(path.join(there, 'one'), 'utf8')).toContain('more of ada');
  const recount = await run('quota', 'recount', '--dry-run', '--json');
  expect([recount.exitCode, recount.err]).toEqual([0, '']);
  expect(JSON.parse(recount.out)).toMatchObject({ driftsFound: 0 });

  await stopAll();
  await moreOf('bob', there, 'one');
  const folder = path.join(world.top, 'export');
  // The last lease of the servers that have stopped has to end first.
  await until(
    'no server is seen any more',
    async () => {
      const { exitCode, err } = await run('export', folder);
      if (exitCode !== 0) expect(err).toContain('A server is running on the source');
      return exitCode === 0;
    },
    120_000,
  );
  const second = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')).objects
    .count as number;
  // What the two wrote while they were offline, and nothing else, was sent.
  expect(second - first.objects).toBeLessThanOrEqual(2);
  await rm(path.join(home, '.env'));
  await moved('import', folder, '--data', dataDir);
  await startAll();
  expect(await readFile(path.join(here, 'one'), 'utf8')).toContain('more of bob');
});
