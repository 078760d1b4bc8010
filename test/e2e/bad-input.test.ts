import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Finished } from './cli-process.ts';
import { startProgram, tidesync } from './cli-process.ts';
import type { Device } from './support/device.ts';
import { PASSWORD, SERVER } from './support/server-process.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { OWNER } from './support/world.ts';

const world = useWorldOfOneServer();
let ada: Device;
beforeAll(async () => {
  ada = await world.stoppedDevice('ada');
});

/** One sentence on standard error, without a stack or an error's code name, and nothing on standard output. */
function expectSentence({ exitCode, out, err }: Finished, exitCodeWanted: number, sentence: RegExp): void {
  expect(err).toMatch(sentence);
  expect(exitCode).toBe(exitCodeWanted);
  expect(out).toBe('');
  expect(err).not.toMatch(/\n\s+at |This is a bug|Error:/);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
}

async function newHome(name: string): Promise<string> {
  const home = path.join(world.top, name);
  await mkdir(home, { recursive: true });
  return home;
}
const login = (home: string, url: string, password = PASSWORD) =>
  tidesync(home, ['login', url, '--email', OWNER, '--password-stdin'], `${password}\n`);
const startServerIn = (dataDir: string, ...more: string[]) =>
  startProgram(SERVER, ['start', '--data', dataDir, '--port', '0', '--log-level', 'warn', ...more], {
    home: world.top,
  }).finished;

/** Listens on a free port for as long as `work` takes. */
async function withListener<T>(
  server: ReturnType<typeof createServer>,
  work: (port: number) => Promise<T>,
): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('an address', () => {
  test('that is none', async () => {
    const home = await newHome('stranger');
    for (const url of ['not a url', 'ftp://127.0.0.1', 'http://'])
      expectSentence(await login(home, url), 2, /is no address|https?:/);
  });

  test('where nothing listens', async () => {
    const home = await newHome('stranger');
    expectSentence(
      await login(home, 'http://127.0.0.1:1'),
      1,
      /127\.0\.0\.1:1.* cannot be reached .*address/,
    );
  });

  test('where something else answers', async () => {
    const home = await newHome('stranger');
    const site = createHttp((_request, response) => response.end('<html>hello</html>'));
    const answer = await withListener(site, (port) => login(home, `http://127.0.0.1:${port}`));
    expectSentence(answer, 1, /no Tidesync server. Check the address/);
  });

  test('that would send the password in the clear', async () => {
    const home = await newHome('stranger');
    expectSentence(await login(home, 'http://files.example.org'), 2, /not encrypted.*--insecure-http/);
  });

  test('with a wrong password', async () => {
    const home = await newHome('stranger');
    expectSentence(await login(home, world.server.url, 'wrong'), 1, /E-mail or password is wrong/);
    expectSentence(await tidesync(home, ['quota']), 5, /signed out.*tidesync login/);
  });
});

describe('a folder', () => {
  test('inside another one that is synced, around it, or the same again', async () => {
    const outer = await ada.bind('outer', 'outer');
    for (const place of [path.join(outer, 'inner'), ada.home, outer]) {
      const refused = await ada.run('folder', 'add', place, '--library', 'inner');
      expectSentence(refused, 1, /inside the other.*Choose a folder beside it|used by Tidesync already/);
    }
    expect(existsSync(path.join(outer, 'inner')), 'made although it was refused').toBe(false);
    expect(existsSync(path.join(ada.home, '.tidesync'))).toBe(false);
    const { libraries } = await ada.ask<{ libraries: { name: string }[] }>('library', 'list');
    expect(libraries.map((one) => one.name)).not.toContain('inner');
  });

  test('that is a file', async () => {
    const file = path.join(ada.home, 'file');
    await writeFile(file, 'file');
    expectSentence(
      await ada.run('folder', 'add', file, '--library', 'x'),
      1,
      /file cannot be used: .*no folder/,
    );
    expect(await readFile(file, 'utf8')).toBe('file');
  });

  test('of a library that is not there, or is called like none', async () => {
    const place = path.join(ada.home, 'foreign');
    const foreign = await ada.run('folder', 'add', place, '--library', 'bob@example.org/Photos');
    expectSentence(foreign, 1, /no library "bob@example\.org\/Photos" that you may use/);
  });

  test('that is not synced', async () => {
    for (const command of ['remove', 'pause', 'resume', 'rescan'])
      expectSentence(await ada.run('folder', command, '/tmp'), 1, /\/tmp lies in no synced folder/);
  });
});

describe("the device's own data", () => {
  test('of a newer version is refused and left as it is', async () => {
    const home = await newHome('newer');
    expect((await login(home, world.server.url)).exitCode).toBe(0);
    const file = path.join(home, 'device', 'journal.db');
    const journal = new Sqlite(file);
    journal.pragma('user_version = 9999');
    journal.close();
    for (const args of [['status'], ['serve'], ['sync']])
      expectSentence(await tidesync(home, args), 1, /newer Tidesync .*Update Tidesync; nothing was changed/);
    const after = new Sqlite(file);
    expect(after.pragma('user_version', { simple: true })).toBe(9999);
    after.close();
  });

  test('in a place that is a file', async () => {
    const home = await newHome('blocked');
    await writeFile(path.join(home, 'device'), 'no folder');
    expectSentence(await tidesync(home, ['status']), 1, /cannot use its own data in .*device/);
  });
});

describe('the server', () => {
  test('refuses data of a newer version', async () => {
    const dataDir = path.join(world.top, 'newer-data');
    await mkdir(dataDir);
    const database = new Sqlite(path.join(dataDir, 'server.sqlite'));
    database.pragma('user_version = 9999');
    database.close();
    expectSentence(await startServerIn(dataDir), 1, /newer Tidesync .*Update Tidesync; nothing was changed/);
  });

  test('refuses a port that is taken', async () => {
    const dataDir = path.join(world.top, 'port-data');
    const answer = await withListener(createServer(), (port) =>
      startServerIn(dataDir, '--port', String(port)),
    );
    expectSentence(answer, 1, /Port \d+ on 127\.0\.0\.1 is taken .*--port/);
  });

  test('refuses a data folder that another server uses, or that is a file', async () => {
    expectSentence(await startServerIn(world.server.dataDir), 1, /Another Tidesync server is using/);
    const file = path.join(world.top, 'data-file');
    await writeFile(file, 'file');
    expectSentence(await startServerIn(file), 1, /data-file cannot be used .*--data/);
  });

  test('refuses plain HTTP beyond this computer', async () => {
    const dataDir = path.join(world.top, 'open-data');
    expectSentence(await startServerIn(dataDir, '--host', '0.0.0.0'), 1, /--insecure-http/);
  });

  test('refuses accounts that cannot be', async () => {
    expectSentence(
      await world.server.admin(['user', 'create', OWNER, '--password-stdin'], 'long enough'),
      1,
      /already/,
    );
    const weak = await world.server.admin(['user', 'create', 'new@example.org', '--password-stdin'], 'short');
    expectSentence(weak, 1, /too short. Use at least 8/);
    const nobody = await world.server.admin(['quota', 'set', 'nobody@example.org', '1GB']);
    expectSentence(nobody, 1, /no account "nobody@example\.org"/);
  });
});

test('a command that is misspelt, or lacks what it needs, is a matter of usage', async () => {
  for (const args of [
    ['stauts'],
    ['folder', 'add', 'x'],
    ['status', '--timeout', '5'],
    ['activity', '--limit', 'x'],
  ])
    expectSentence(await ada.run(...args), 2, /./);
  for (const args of [
    ['status', '--watch'],
    ['status', '--wait', 'idle'],
  ])
    expectSentence(await ada.run(...args), 4, /engine is not running. Start it with `tidesync serve`/);
});
