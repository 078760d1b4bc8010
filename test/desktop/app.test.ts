// The app itself, with a real engine, on a desktop that nobody sees.

import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CLI, startProgram, tempHome } from '../e2e/cli-process.ts';
import { until } from '../e2e/support/waiting.ts';
import type { AppOptions, DrivenApp } from './app-driver.ts';
import { deviceHomeOf, startAgain, startApp } from './app-driver.ts';
import { processesOf } from './processes-of.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function newHome(): Promise<string> {
  const { home, remove } = await tempHome();
  cleanups.push(remove);
  return home;
}
async function started(options: AppOptions): Promise<DrivenApp> {
  const app = await startApp(options);
  cleanups.push(() => app.kill());
  return app;
}

async function enginePid(home: string): Promise<number> {
  const text = await readFile(path.join(deviceHomeOf(home), 'runtime.json'), 'utf8');
  return (JSON.parse(text) as { pid: number }).pid;
}
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('it starts with a window and an engine of its own, and quitting leaves nothing running', async () => {
  const home = await newHome();
  const app = await started({ home });
  const page = await app.window();
  await page.waitForLoadState();
  expect(page.url()).toMatch(/^app:\/\/ui\//);
  await app.becomes('signedOut');
  expect(await app.tray()).toMatchObject({ tooltip: 'Tidesync: Not signed in.' });
  await until('the menu says what quitting does', async () => {
    return (await app.tray()).labels.at(-1) === 'Quit and stop syncing';
  });
  const pid = await enginePid(home);
  expect(isAlive(pid)).toBe(true);
  await app.quit();
  expect(processesOf(home)).toEqual([]);
  await expect(readFile(path.join(deviceHomeOf(home), 'runtime.json'))).rejects.toThrow('ENOENT');
});

test('a second start shows the window of the first, and ends', async () => {
  const home = await newHome();
  const app = await started({ home, args: ['--hidden'] });
  await app.becomes('signedOut');
  expect(app.electron.windows()).toHaveLength(0);
  expect(await startAgain({ home })).toBe(0);
  await app.window();
  const isShown = () =>
    app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isVisible()));
  await expect.poll(isShown).toEqual([true]);
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  expect(await startAgain({ home })).toBe(0);
  await expect.poll(isShown).toEqual([true]);
});

test('an engine that is killed is started again', async () => {
  const home = await newHome();
  const app = await started({ home });
  await app.becomes('signedOut');
  const first = await enginePid(home);
  process.kill(first, 'SIGKILL');
  await until('another engine runs', async () => (await enginePid(home)) !== first);
  await app.becomes('signedOut');
  expect(await app.health()).toEqual({ is: 'running', own: true });
});

test('an engine that runs already is used, and outlives the app, which says so', async () => {
  const home = await newHome();
  const engine = startProgram(CLI, ['serve'], { home });
  cleanups.push(async () => engine.child.kill('SIGKILL'));
  await engine.printed(/Tidesync runs/);
  const app = await started({ home });
  await app.becomes('signedOut');
  expect(await app.health()).toEqual({ is: 'running', own: false });
  await until('the menu says so', async () => (await app.tray()).labels.at(-1) === 'Quit (syncing goes on)');
  await app.quit();
  expect(engine.child.exitCode).toBeNull();
});

test('the engine ends with the app, however that ends', async () => {
  const home = await newHome();
  const app = await started({ home });
  await app.becomes('signedOut');
  const pid = await enginePid(home);
  await app.kill();
  await until('the engine has ended', () => !isAlive(pid));
});

test('an engine that does not come up is tried some times; then a person says when', async () => {
  const home = await newHome();
  // Where the engine needs a file of its own.
  const inTheWay = path.join(deviceHomeOf(home), 'lock.db');
  await mkdir(inTheWay, { recursive: true });
  const app = await started({ home });
  await until('it has given up', async () => (await app.health()).is === 'down');
  expect(await app.health()).toMatchObject({ exits: 5, why: expect.stringMatching(/ended with code 1/) });
  expect(await app.health()).toMatchObject({ lastLines: [expect.stringMatching(/device/)] });
  await app.becomes('engineDown');
  await until('the menu offers a start', async () => (await app.tray()).labels.includes('Start the engine'));
  await rm(inTheWay, { recursive: true });
  await app.clickTray('startEngine');
  await app.becomes('signedOut');
});
