import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { clientOf } from '../testing/test-server.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folders: string[] = [];
const running: ChildProcess[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidesync-cli-'));
  folders.push(folder);
  return join(folder, 'data');
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function launch(args: readonly string[], input = ''): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'pipe' });
  running.push(child);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  return { child, ended };
}

const run = (args: readonly string[], input = '') => launch(args, input).ended;

/** Resolves with the address once the server has printed it. */
async function startServer(dataDir: string, more: readonly string[] = []) {
  const { child, ended } = launch([
    'start',
    '--data',
    dataDir,
    '--port',
    '0',
    '--log-level',
    'silent',
    ...more,
  ]);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (text: string) => {
      const found = /http:\/\/\S+/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    });
    void ended.then(({ err }) => reject(new Error(`the server ended: ${err}`)));
  });
  return { url, child, ended };
}

describe('tidesync-server', () => {
  test('tells a bug with its stack, but not what was in the statement', { timeout: 60_000 }, async () => {
    const data = await newFolder();
    await run(
      ['admin', '--data', data, 'user', 'create', 'ann@example.org', '--password-stdin'],
      'long enough',
    );
    const database = new Database(join(data, 'server.sqlite'));
    database.exec('ALTER TABLE accounts RENAME COLUMN suspended TO gone');
    database.close();
    const { code, out, err } = await run(['admin', '--data', data, 'user', 'suspend', 'ann@example.org']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('no such column');
    expect(err).toContain('at ');
    expect(err).not.toContain('ann@example.org');
  });

  test('serves, is administered meanwhile, and stops on SIGTERM', { timeout: 180_000 }, async () => {
    const data = await newFolder();
    const server = await startServer(data);
    const create = ['admin', '--data', data, 'user', 'create', 'Ann@Example.org', '--password-stdin'];
    const made = await run([...create, '--quota', '20GB', '--json'], ' pass word \n\n');
    expect([made.code, made.err]).toEqual([0, '']);
    expect(JSON.parse(made.out)).toMatchObject({
      email: 'ann@example.org',
      admin: true,
      limitBytes: 20_000_000_000,
    });
    const input = { email: 'ann@example.org', password: ' pass word \n', deviceName: 'x' };
    const { token } = await clientOf(server.url, null).auth.login.mutate(input);
    const client = clientOf(server.url, token);

    expect((await run(['admin', '--data', data, 'quota', 'set', 'ann@example.org', '5GB'])).code).toBe(0);
    expect(await client.account.quota.query()).toMatchObject({ limitBytes: 5_000_000_000 });
    const list = await run(['admin', '--data', data, 'user', 'list']);
    expect(list.out).toBe('ann@example.org  0 B of 5 GB used, 0 B reserved  (administrator)\n');
    expect((await run(['admin', '--data', data, 'user', 'suspend', 'ann@example.org'])).code).toBe(0);
    await expect(client.auth.whoami.query()).rejects.toThrow('suspended');
    expect((await run(['admin', '--data', data, 'user', 'suspend', 'ann@example.org', '--undo'])).code).toBe(
      0,
    );
    await client.auth.whoami.query();

    const second = await run(['start', '--data', data, '--port', '0']);
    expect([second.code, second.err]).toEqual([1, expect.stringContaining('is using the data folder')]);
    for (const file of ['server.sqlite', 'object-signing.key', 'server.lock']) {
      expect((await stat(join(data, file))).mode & 0o077, file).toBe(0);
    }
    expect((await stat(data)).mode & 0o077).toBe(0);
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0, err: '' });
  });

  test('a killed server leaves nothing that keeps the next one from starting', {
    timeout: 180_000,
  }, async () => {
    const data = await newFolder();
    const first = await startServer(data);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await startServer(data);
    expect((await fetch(`${second.url}/health`)).status).toBe(200);
    second.child.kill('SIGINT');
    expect((await second.ended).code).toBe(0);
  });

  test('says in one sentence why it cannot start', { timeout: 180_000 }, async () => {
    const data = await newFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : address);
    const taken = await run(['start', '--data', data, '--port', port]);
    other.close();
    expect([taken.code, taken.err]).toEqual([
      1,
      `Port ${port} on 127.0.0.1 is taken by another program. Stop that program, or choose another port with --port.\n`,
    ]);
    const open = await run(['start', '--data', data, '--port', '0', '--host', '0.0.0.0']);
    expect([open.code, open.err]).toEqual([1, expect.stringContaining('--insecure-http')]);
    const file = await run(['start', '--data', main, '--port', '0']);
    expect([file.code, file.err]).toEqual([1, expect.stringContaining('cannot be used (it is a file)')]);
  });

  test('ends quietly when nobody reads its words', { timeout: 180_000 }, async () => {
    const { child, ended } = launch(['start', '--help']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });

  test('wrong use is exit code 2, a refusal 1', { timeout: 180_000 }, async () => {
    const data = await newFolder();
    const admin = ['admin', '--data', data];
    const outcomes = await Promise.all([
      run([]),
      run(['start', '--port', '99999']),
      run([...admin, 'user', 'create', 'no-address', '--password-stdin'], 'long enough'),
      run([...admin, 'user', 'create', 'a@example.org'], 'long enough'),
      run([...admin, 'user', 'create', 'a@example.org', '--password-stdin'], '\n'),
      run([...admin, 'quota', 'set', 'a@example.org', 'much']),
      run(['admin', '--data', await newFolder(), 'user', 'list']),
      run([...admin, 'user', 'create', 'a@example.org', '--password-stdin'], 'short\n'),
      run(['--help']),
    ]);
    expect(outcomes.map((outcome) => outcome.code)).toEqual([2, 2, 2, 2, 2, 2, 1, 1, 0]);
    for (const { code, err } of outcomes)
      expect(err.includes('    at '), `stack with code ${code}`).toBe(false);
  });

  test('doctor is exit code 1 where something failed, and 0 where nothing did', {
    timeout: 180_000,
  }, async () => {
    const well = await run(['doctor', '--data', await newFolder(), '--port', '0']);
    expect([well.code, well.out.split('\n').at(-2)]).toEqual([0, 'No failure, 0 warnings.']);
    const ill = await run(['doctor', '--data', main, '--port', '0', '--json']);
    expect([ill.code, JSON.parse(ill.out).ok]).toEqual([1, false]);
  });
});
