import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultDataDir, lockDataDir, prepareDataDir } from './data-folder.ts';

test.each<[NodeJS.ProcessEnv, NodeJS.Platform, string]>([
  [{ XDG_DATA_HOME: '/data' }, 'linux', '/data/tidesync-server'],
  [{}, 'linux', join(homedir(), '.local/share/tidesync-server')],
  [{}, 'darwin', join(homedir(), 'Library/Application Support/tidesync-server')],
  [{ LOCALAPPDATA: '/local' }, 'win32', '/local/tidesync-server'],
])('default folder for %o on %s', (env, platform, folder) => {
  expect(defaultDataDir(env, platform)).toBe(folder);
});

test('a folder is locked once, until it is released', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidesync-lock-'));
  await prepareDataDir(folder);
  const lock = lockDataDir(folder);
  expect(() => lockDataDir(folder)).toThrow('Another Tidesync server is using');
  lock.release();
  lockDataDir(folder).release();
  await rm(folder, { recursive: true });
});
