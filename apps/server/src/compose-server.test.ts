import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@tidesync/shared/problems';
import { Failure } from '@tidesync/shared/problems';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServerOptions } from './compose-server.ts';
import { startServer } from './compose-server.ts';
import { DATABASE_FILE } from './compose-store.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tidesync-compose-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function refusal(options: Partial<ServerOptions> = {}): Promise<Problem> {
  const error = await startServer({ dataDir, port: 0, ...options }).then(
    () => new Error('the server started'),
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error.problem;
  throw error;
}

test('a data folder serves one server at a time, in one process too, and the next after it', async () => {
  const first = await startServer({ dataDir, port: 0 });
  expect(await refusal()).toEqual({ reason: 'dataInUse', path: dataDir });
  await Promise.all([first.stop(), first.stop()]);
  const second = await startServer({ dataDir, port: 0 });
  await second.stop();
});

test('a taken port is named, and the folder is free again', async () => {
  const first = await startServer({ dataDir: join(dataDir, 'first'), port: 0 });
  const port = first.port;
  const taken = { reason: 'portTaken', host: '127.0.0.1', port };
  expect(await refusal({ port })).toEqual(taken);
  expect(await refusal({ port })).toEqual(taken);
  await first.stop();
});

test('[W10] data of a newer version is left alone', async () => {
  const file = join(dataDir, DATABASE_FILE);
  const database = new Database(file);
  database.pragma('user_version = 999');
  database.close();
  expect(await refusal()).toMatchObject({ reason: 'dataTooNew', found: 999 });
});

test('[W9] plain HTTP for others wants to be asked for', async () => {
  expect(await refusal({ host: '0.0.0.0' })).toEqual({ reason: 'insecureHttp', host: '0.0.0.0' });
  const open = await startServer({ dataDir, port: 0, host: '0.0.0.0', insecureHttp: true });
  expect(open.url).toBe(`http://127.0.0.1:${open.port}`);
  expect((await fetch(`${open.url}/health`)).status).toBe(200);
  await open.stop();
});

test('an address of another machine and a file in place of the folder are refused in words', async () => {
  const elsewhere = await refusal({ host: '192.0.2.1', insecureHttp: true });
  expect(elsewhere).toMatchObject({ reason: 'addressUnusable', host: '192.0.2.1', detail: 'EADDRNOTAVAIL' });
  const file = join(dataDir, 'file');
  await writeFile(file, '');
  expect(await refusal({ dataDir: file })).toEqual({
    reason: 'dataUnusable',
    path: file,
    detail: 'it is a file',
  });
});

test('says whether it is ready, and what of it is not', async () => {
  const server = await startServer({ dataDir, port: 0 });
  const answerOf = async (path: string) => {
    const answer = await fetch(`${server.url}${path}`);
    return [answer.status, await answer.json()];
  };
  const up = { up: true, answerMs: expect.any(Number) };
  expect(await answerOf('/ready')).toEqual([200, { ready: true }]);
  expect(await answerOf('/health/detailed')).toEqual([
    200,
    { ok: true, state: 'serving', database: up, objectStore: up, events: up },
  ]);
  await server.stop();
});
