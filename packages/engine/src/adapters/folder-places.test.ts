import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeFolderPlaces } from './folder-places.ts';

let top = '';
beforeEach(async () => {
  top = await realpath(await mkdtemp(path.join(os.tmpdir(), 'tidesync-places-')));
});
afterEach(() => rm(top, { recursive: true, force: true }));

test('a folder is made one level deep, and no deeper: that would be a slip of the pen', async () => {
  const folder = path.join(top, 'new');
  expect(await nodeFolderPlaces.prepare(folder)).toBe(folder);
  expect(await nodeFolderPlaces.prepare(folder)).toBe(folder);
  const deep = nodeFolderPlaces.prepare(path.join(top, 'nowhere', 'new'));
  await expect(deep).rejects.toThrow(/the folder above it does not exist/);
});

test('a file is no folder', async () => {
  await writeFile(path.join(top, 'file'), '');
  await expect(nodeFolderPlaces.prepare(path.join(top, 'file'))).rejects.toThrow(/it is no folder/);
});

test('links on the way are followed, a link to a file is itself', async () => {
  await mkdir(path.join(top, 'real'));
  await symlink('real', path.join(top, 'way'));
  await symlink('nothing', path.join(top, 'real', 'link'));
  const { prepare, resolve } = nodeFolderPlaces;
  expect(await prepare(path.join(top, 'way'))).toBe(path.join(top, 'real'));
  const resolved = (wanted: string) => resolve(path.join(top, wanted));
  expect(await resolved('way/link')).toBe(path.join(top, 'real', 'link'));
  expect(await resolved('way/not/there')).toBe(path.join(top, 'real', 'not', 'there'));
});
