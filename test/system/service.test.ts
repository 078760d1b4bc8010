import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI, startProgram } from '../e2e/cli-process.ts';

const run = promisify(execFile);
/** A name that means something to systemd in many places. */
let home: string;
beforeAll(() => {
  home = path.join(mkdtempSync(path.join(os.tmpdir(), 'tidesync-unit-')), 'odd "home" of 100% and $dollars');
  mkdirSync(home);
});
afterAll(() => rmSync(path.dirname(home), { recursive: true, force: true }));

/** No systemd of this machine is told anything: there is no bus to tell it by. */
const command = (...args: string[]) =>
  startProgram(CLI, args, {
    home,
    env: { XDG_RUNTIME_DIR: home, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' },
  }).finished;

/** What systemd has to say about a unit; nothing if it is as it should be. */
async function verify(text: string): Promise<string> {
  const file = path.join(path.dirname(home), 'tidesync.service');
  writeFileSync(file, text);
  const env = { ...process.env, HOME: path.dirname(home), XDG_RUNTIME_DIR: path.dirname(home) };
  return run('systemd-analyze', ['verify', '--user', file], { env }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { stderr: string }) => error.stderr,
  );
}

test('systemd finds nothing wrong with the unit that is installed, and would with one that is', async () => {
  const installed = await command('service', 'install', '--json');
  expect(installed.exitCode).toBe(3);
  const { path: file, done, failed } = JSON.parse(installed.out);
  expect([done, failed.length]).toEqual([[`wrote ${file}`], 2]);
  const text = readFileSync(file, 'utf8');
  expect(await verify(text)).toBe('');
  expect(await verify(text.replace('Restart=on-failure', 'Restart=whenever'))).toContain('whenever');
  expect(await verify(text.replace(process.execPath, '/nowhere/node'))).toContain('/nowhere/node');
  expect((await command('service', 'status')).exitCode).toBe(4);
  expect(JSON.parse((await command('service', 'uninstall', '--json')).out).done).toEqual([`removed ${file}`]);
});
