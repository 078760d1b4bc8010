import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { START, startProgram, tempHome, tidesync } from './cli-process.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function newHome(): Promise<string> {
  const { home, remove } = await tempHome();
  cleanups.push(remove);
  return home;
}
function startIn(home: string, args: readonly string[]) {
  const running = startProgram(START, ['--data', path.join(home, 'data'), ...args], { home });
  cleanups.push(async () => running.child.kill('SIGKILL'));
  return running;
}

/** From the command to a file on a second device; what fetches the packages before is the network's. */
const FIRST_SYNC_MS_MAX = 3 * 60_000;

test('the first start makes everything, says how to join, and Ctrl-C stops it all', {
  timeout: FIRST_SYNC_MS_MAX,
}, async () => {
  const home = await newHome();
  const running = startIn(home, ['--port', '0']);
  const [, email, password] = await running.printed(/Account {2}(\S+), password (\S+)/);
  const [, url] = await running.printed(/Server {3}(\S+),/);
  await running.printed(/Quota .*0 B of 10 GB used/);
  const [, file] = await running.printed(/--password-stdin < (\S+)/);
  expect(await readFile(String(file), 'utf8')).toBe(`${password}\n`);
  await running.printed(/Ctrl-C/);

  await writeFile(path.join(home, 'Tidesync', 'first.txt'), 'first');
  const second = await newHome();
  const login = ['login', String(url), '--email', String(email), '--device', 'second', '--password-stdin'];
  expect((await tidesync(second, login, `${password}\n`)).exitCode).toBe(0);
  await running.printed(/first\.txt/);
  expect((await tidesync(second, ['folder', 'add', 'Here', '--library', 'Tidesync'])).exitCode).toBe(0);
  expect((await tidesync(second, ['sync'])).exitCode).toBe(0);
  expect(await readFile(path.join(second, 'Here', 'first.txt'), 'utf8')).toBe('first');

  running.child.kill('SIGINT');
  expect((await running.finished).exitCode).toBe(0);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test('the second start goes on with what is there, on another port, too', async () => {
  const home = await newHome();
  expect((await startIn(home, ['--port', '0', '--once']).finished).exitCode).toBe(0);
  await writeFile(path.join(home, 'Tidesync', 'later.txt'), 'later');
  const again = await startIn(home, ['--port', '0', '--once']).finished;
  expect(again.exitCode, again.out + again.err).toBe(0);
  expect(again.out).toMatch(/Up to date/);
});

test('a port that is taken is said, with the cure', async () => {
  const home = await newHome();
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => blocker.close(resolve)));
  const { port } = blocker.address() as AddressInfo;
  const { exitCode, err } = await startIn(home, ['--port', String(port)]).finished;
  expect([exitCode, err]).toEqual([1, expect.stringMatching(new RegExp(`${port}.*--port`))]);
});

test('plain HTTP beyond this computer has to be asked for', async () => {
  const { exitCode, err } = await startIn(await newHome(), ['--host', '0.0.0.0', '--port', '0']).finished;
  expect(exitCode).not.toBe(0);
  expect(err).toMatch(/--insecure-http/);
});

test('the demo shows a file arrive, and leaves nothing behind', async () => {
  const home = await newHome();
  const running = startProgram(START, ['--demo'], { home });
  cleanups.push(async () => running.child.kill('SIGKILL'));
  const [, folderA] = await running.printed(/A {2}(\/\S+)/);
  const [, folderB] = await running.printed(/B {2}(\/\S+)/);
  await running.printed(/it was in B \d+ ms later/);
  await running.printed(/your turn/);
  await writeFile(path.join(String(folderB), 'back.txt'), 'back');
  await expect.poll(() => existsSync(path.join(String(folderA), 'back.txt')), { timeout: 20_000 }).toBe(true);
  running.child.kill('SIGINT');
  expect((await running.finished).exitCode).toBe(0);
  expect(existsSync(path.dirname(String(folderA)))).toBe(false);
  expect(readdirSync(home)).toEqual([]);
});
