import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureAdministrator } from '@tidesync/server/compose-first-account';
import { startServer } from '@tidesync/server/compose-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI, startProgram, tempHome, tidesync, tidesyncJson } from './cli-process.ts';

const EMAIL = 'ada@example.org';
const PASSWORD = 'correct horse';

let url = '';
let stopServer = async () => {};
const homes: (() => Promise<void>)[] = [];

async function newHome(): Promise<string> {
  const { home, remove } = await tempHome();
  homes.push(remove);
  return home;
}
async function signedInHome(): Promise<string> {
  const home = await newHome();
  const login = ['login', url, '--email', EMAIL, '--password-stdin', '--device', path.basename(home)];
  await tidesyncJson(home, login, `${PASSWORD}\n`);
  return home;
}

beforeAll(async () => {
  const dataDir = path.join(await newHome(), 'server');
  const server = await startServer({ dataDir, host: '127.0.0.1', port: 0 });
  ({ url } = server);
  stopServer = () => server.stop();
  await ensureAdministrator(dataDir, { email: EMAIL, password: PASSWORD });
});
afterAll(async () => {
  await stopServer();
  for (const remove of homes) await remove();
});

describe('before sign-in', () => {
  test('each way of failing has its exit code', async () => {
    const home = await newHome();
    const login = ['--email', EMAIL, '--password-stdin'];
    const [usage, signedOut, engineDown, wrongPassword, unreachable] = await Promise.all([
      tidesync(home, ['nonsense']),
      tidesync(home, ['quota']),
      tidesync(home, ['status', '--watch']),
      tidesync(home, ['login', url, ...login], 'wrong password\n'),
      tidesync(home, ['login', 'http://127.0.0.1:1', ...login], PASSWORD),
    ]);
    const all = [usage, signedOut, engineDown, wrongPassword, unreachable];
    expect(all.map((one) => one.exitCode)).toEqual([2, 5, 4, 1, 1]);
    expect(all.map((one) => one.out)).toEqual(['', '', '', '', '']);
    expect(wrongPassword.err).toMatch(/wrong/);
    expect(unreachable.err).toMatch(/cannot be reached/);
  });
});

test('a reader that has had enough (`tidesync … | head`) is no error', async () => {
  const { child, finished } = startProgram(CLI, ['--help'], { home: await newHome() });
  child.stdout?.destroy();
  expect(await finished).toMatchObject({ exitCode: 0, err: '' });
});

describe('signed in, no engine running', () => {
  test('account and quota have the documented keys', async () => {
    const home = await signedInHome();
    expect(await tidesyncJson(home, ['whoami'])).toMatchObject({ email: EMAIL, admin: true, serverUrl: url });
    expect(await tidesyncJson(home, ['quota'])).toMatchObject({
      limitBytes: 10_000_000_000,
      reservedBytes: 0,
    });
    const { devices } = await tidesyncJson<{ devices: { current: boolean }[] }>(home, ['device', 'list']);
    expect(devices.filter((device) => device.current)).toHaveLength(1);
    const status = await tidesync(home, ['status', '--json']);
    expect(status.exitCode).toBe(4);
    expect(JSON.parse(status.out)).toMatchObject({
      engineRunning: false,
      session: { is: 'signedIn' },
      roots: [],
    });
  });

  test('two devices sync a folder with one command each, and tell about it', async () => {
    const [first, second] = [await signedInHome(), await signedInHome()];
    const add = (home: string) => ['folder', 'add', path.join(home, 'Docs'), '--library', 'Docs'];
    expect(await tidesyncJson(first, add(first))).toMatchObject({ libraryWas: 'made' });
    await mkdir(path.join(first, 'Docs', 'sub'));
    await writeFile(path.join(first, 'Docs', 'sub', 'a.txt'), 'hello');
    expect(await tidesync(first, ['sync'])).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^Done: .*1 sent/),
    });

    expect(await tidesyncJson(second, add(second))).toMatchObject({ libraryWas: 'own' });
    expect(await tidesyncJson(second, ['sync'])).toMatchObject({ settled: true, troubles: [] });
    expect(await readFile(path.join(second, 'Docs', 'sub', 'a.txt'), 'utf8')).toBe('hello');

    const why = await tidesyncJson(second, ['why', 'Docs/sub/a.txt']);
    expect(why).toMatchObject({ code: 'synced', state: 'synced' });
    const { entries } = await tidesyncJson<{ entries: unknown[] }>(second, ['ls', 'Docs/sub']);
    expect(entries).toMatchObject([{ name: 'a.txt', kind: 'file', sizeBytes: 5, state: 'synced' }]);
    const { activity } = await tidesyncJson<{ activity: { kind: string }[] }>(second, ['activity']);
    expect(activity.map((one) => one.kind)).toContain('downloaded');

    await rm(path.join(second, 'Docs', 'sub', 'a.txt'));
    expect((await tidesync(second, ['sync'])).exitCode).toBe(0);
    const { items } = await tidesyncJson<{ items: unknown[] }>(second, ['trash', 'list']);
    expect(items).toMatchObject([{ path: 'sub/a.txt', library: 'Docs', kind: 'file', sizeBytes: 5 }]);
    await tidesyncJson(second, ['trash', 'restore', 'sub/a.txt']);
    expect((await tidesync(second, ['sync'])).exitCode).toBe(0);
    expect(await readFile(path.join(second, 'Docs', 'sub', 'a.txt'), 'utf8')).toBe('hello');
  });
});

describe('with an engine running', () => {
  test('other commands use it; it stops at SIGTERM and leaves nothing behind', async () => {
    const home = await signedInHome();
    const engine = startProgram(CLI, ['serve'], { home });
    try {
      await engine.printed(/Tidesync runs/);
      await tidesyncJson(home, ['folder', 'add', 'Live', '--library', `Live ${path.basename(home)}`]);
      await writeFile(path.join(home, 'Live', 'b.txt'), 'live');
      expect((await tidesync(home, ['status', '--wait', 'idle', '--timeout', '20'])).exitCode).toBe(0);
      expect(await tidesyncJson(home, ['status'])).toMatchObject({
        engineRunning: true,
        roots: [{ state: 'upToDate', entries: 1 }],
      });
      const second = await tidesync(home, ['serve']);
      expect([second.exitCode, second.err]).toEqual([1, expect.stringMatching(/running already/)]);

      const watching = startProgram(CLI, ['status', '--watch', '--json'], { home });
      await watching.printed(/"engineRunning":true/);
      engine.child.kill('SIGTERM');
      expect((await engine.finished).exitCode).toBe(0);
      expect((await watching.finished).exitCode).toBe(4);
      expect((await tidesync(home, ['status'])).exitCode).toBe(4);
    } finally {
      engine.child.kill('SIGKILL');
    }
  });

  test('one that was killed leaves nothing in the way of the next command', async () => {
    const home = await signedInHome();
    const engine = startProgram(CLI, ['serve'], { home });
    await engine.printed(/Tidesync runs/);
    engine.child.kill('SIGKILL');
    await engine.finished;
    expect((await tidesync(home, ['status'])).exitCode).toBe(4);
    expect((await tidesync(home, ['quota'])).exitCode).toBe(0);
  });

  test('a device that was revoked says so and what cures it', async () => {
    const [home, other] = [await signedInHome(), await signedInHome()];
    await tidesyncJson(other, ['device', 'revoke', path.basename(home)]);
    const { exitCode, err } = await tidesync(home, ['quota']);
    expect([exitCode, err]).toEqual([5, expect.stringMatching(/tidesync login/)]);
  });
});
