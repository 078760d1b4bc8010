// A device with a real server, used from its tray alone.

import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { tempHome, tidesync } from '../e2e/cli-process.ts';
import { PASSWORD, ServerProcess } from '../e2e/support/server-process.ts';
import { PATIENCE_MS, until } from '../e2e/support/waiting.ts';
import type { DrivenApp } from './app-driver.ts';
import { startApp } from './app-driver.ts';

const EMAIL = 'ada@example.test';
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function newHome(): Promise<string> {
  const { home, remove } = await tempHome();
  cleanups.push(remove);
  return home;
}

async function serverWithAccount(): Promise<ServerProcess> {
  const server = await ServerProcess.prepare(await newHome());
  await server.start();
  cleanups.push(() => server.stop());
  await server.makeAccount(EMAIL);
  return server;
}

/** Signed in, with the folder `Docs`; nothing runs there yet. */
async function newDevice(server: ServerProcess, device: string): Promise<string> {
  const home = await newHome();
  const login = ['login', server.url, '--email', EMAIL, '--device', device, '--password-stdin'];
  expect(await tidesync(home, login, `${PASSWORD}\n`)).toMatchObject({ exitCode: 0 });
  expect(await tidesync(home, ['folder', 'add', 'Docs', '--library', 'Docs'])).toMatchObject({ exitCode: 0 });
  return home;
}
async function started(home: string): Promise<DrivenApp> {
  const app = await startApp({ home, args: ['--hidden'] });
  cleanups.push(() => app.kill());
  return app;
}
const docs = (home: string, name: string) => path.join(home, 'Docs', name);

test('files go to a second device; pause holds them, resume lets them go; the words are those of status', async () => {
  const server = await serverWithAccount();
  const [here, there] = [await newDevice(server, 'here'), await newDevice(server, 'there')];
  const [app, other] = [await started(here), await started(there)];
  await writeFile(docs(here, 'a.txt'), 'first');
  await until('the file is there', async () => (await readFile(docs(there, 'a.txt'), 'utf8')) === 'first');
  await app.becomes('upToDate');
  await expect
    .poll(async () => (await app.tray()).labels[1], { timeout: PATIENCE_MS })
    .toMatch(/^[\d.]+ k?B of [\d.]+ [GT]B used$/);
  const status = await tidesync(here, ['status']);
  const { tooltip } = await app.tray();
  expect(`Tidesync: ${status.out.split('\n', 1)[0]?.replace(/^✓ /, '')}`).toBe(tooltip);

  await app.clickTray('pause2h');
  await app.becomes('paused');
  expect((await app.tray()).tooltip).toMatch(/^Tidesync: Paused until \d{4}-\d\d-\d\d \d\d:\d\d\.$/);
  expect((await app.tray()).labels).toContain('Resume');
  await writeFile(docs(here, 'b.txt'), 'second');
  await writeFile(docs(there, 'c.txt'), 'third');
  await other.becomes('upToDate');
  expect([existsSync(docs(there, 'b.txt')), existsSync(docs(here, 'c.txt'))]).toEqual([false, false]);

  await app.clickTray('resume');
  await until(
    'both are everywhere',
    () => existsSync(docs(there, 'b.txt')) && existsSync(docs(here, 'c.txt')),
  );
  await app.becomes('upToDate');
});

test('a server that goes away is offline, and a lost folder is told on the desktop', async () => {
  const server = await serverWithAccount();
  const home = await newDevice(server, 'here');
  const app = await started(home);
  await app.becomes('upToDate');
  await server.kill();
  await app.clickTray('syncNow');
  await app.becomes('offline');
  await server.start();
  await app.becomes('upToDate');
  await rm(path.join(home, 'Docs'), { recursive: true });
  await app.becomes('error');
  await until('the person is told', async () => (await app.notices()).length === 1);
  expect(await app.notices()).toEqual([
    { title: '"Docs" is not synced', body: expect.stringMatching(/Docs/), place: 'problems' },
  ]);
  await until('the menu counts it', async () => (await app.tray()).labels.includes('Problems (1)'));
});
