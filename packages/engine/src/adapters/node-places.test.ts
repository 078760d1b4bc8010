import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodePlaces } from './node-places.ts';

let top = '';
beforeEach(async () => {
  top = await realpath(await mkdtemp(path.join(os.tmpdir(), 'tidesync-places-')));
});
afterEach(() => rm(top, { recursive: true, force: true }));
const at = (...names: string[]) => path.join(top, ...names);

test('folders are listed by name, hidden ones last; files and our own are left out', async () => {
  for (const name of ['b', 'a', '.hidden', '.tidesync']) await mkdir(at(name));
  await writeFile(at('file'), '');
  const listed = await nodePlaces.list(top);
  expect(listed.folders.map(({ name }) => name)).toEqual(['a', 'b', '.hidden']);
  expect(listed).toMatchObject({ path: top, parent: path.dirname(top), more: false });
  expect((await nodePlaces.list('')).path).toBe(os.homedir());
  expect((await nodePlaces.list('/')).parent).toBeNull();
  await expect(nodePlaces.list(at('nothing'))).rejects.toThrow(/it does not exist/);
});

test('a place is looked at without being made', async () => {
  await writeFile(at('file'), '');
  expect(await nodePlaces.look(top)).toMatchObject({ is: 'folder', access: 'full', network: false });
  expect((await nodePlaces.look(top)).freeBytes).toBeGreaterThan(0);
  expect(await nodePlaces.look(at('new'))).toMatchObject({
    is: 'missing',
    parentExists: true,
    access: 'full',
  });
  expect(await nodePlaces.look(at('no', 'new'))).toMatchObject({ is: 'missing', parentExists: false });
  expect(await nodePlaces.look(at('file'))).toMatchObject({ is: 'other' });
});

test('a disk that tells case apart is told from one that does not', async () => {
  await mkdir(at('Folder'));
  expect((await nodePlaces.look(at('Folder'))).foldsCase).toBe(process.platform !== 'linux');
  await mkdir(at('123'));
  expect((await nodePlaces.look(at('123'))).foldsCase).toBeNull();
});

test('what lies in a folder is counted, links and what is ours aside', async () => {
  await mkdir(at('in', 'deeper'), { recursive: true });
  await mkdir(at('.tidesync'));
  await writeFile(at('.tidesync', 'root.json'), '{}');
  await writeFile(at('in', 'a'), '12345');
  await writeFile(at('in', 'deeper', 'b'), '123');
  await symlink('/', at('in', 'everything'));
  expect(await nodePlaces.measure(top)).toEqual({ files: 2, folders: 2, sizeBytes: 8, complete: true });
});

test('the head of a file is read, and nothing of what is none', async () => {
  await writeFile(at('file'), 'hello world');
  await symlink('file', at('link'));
  execFileSync('mkfifo', [at('pipe')]);
  const head = await nodePlaces.head(at('file'), 5);
  expect([String.fromCharCode(...(head?.bytes ?? [])), head?.sizeBytes]).toEqual(['hello', 11]);
  for (const name of ['link', 'pipe', 'nothing']) expect(await nodePlaces.head(at(name), 5)).toBeNull();
  expect(await nodePlaces.head(top, 5)).toBeNull();
});

test('a folder that may not be written to is told', async () => {
  await mkdir(at('locked'));
  await chmod(at('locked'), 0o500);
  // Root may do everything.
  const access = process.getuid?.() === 0 ? 'full' : 'denied';
  expect((await nodePlaces.look(at('locked'))).access).toBe(access);
});
