import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { readTree } from './support/tree.ts';
import { useWorld } from './support/use-world.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorld();
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

const LONG_NAME = `${'n'.repeat(251)}.txt`;
const LARGE_BYTES = 12_000_000;

/** A small folder with one of everything that a disk can hold and that is synced. */
async function makeRichTree(folder: string): Promise<number> {
  const at = (...names: string[]) => path.join(folder, ...names);
  await mkdir(at('empty folder', 'in it another'), { recursive: true });
  await mkdir(at('sub', 'deeper', '日本語'), { recursive: true });
  const texts: Record<string, string> = {
    'caf\u00e9.txt': 'composed',
    'cafe\u0301.txt': 'decomposed',
    'A.txt': 'upper case',
    'a.txt': 'lower case',
    'empty file': '',
    [LONG_NAME]: 'a name of 255 bytes',
    [`${'\u00fc'.repeat(127)}1`]: 'the same in characters of two bytes',
    'line\nbreak, "quotes", \\ and *?<>|:': 'odd characters',
    ' leading and trailing ': 'spaces',
    '.hidden': 'hidden',
    'emoji 🦀.md': 'crab',
    'sub/deeper/日本語/テスト.txt': 'deep',
    'draft.tmp': 'no junk',
    '-rf': 'a dash',
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(at(name), text);
  await writeFile(at('run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(at('large.bin'), randomBytes(LARGE_BYTES));
  await symlink('nowhere at all', at('dangling'));
  await symlink('sub', at('to a folder'));
  await symlink('../sub/deeper', at('sub', 'upwards'));
  await symlink('/etc/hostname', at('absolute'));
  await utimes(at('a.txt'), new Date('2001-02-03T04:05:06.789Z'), new Date('2001-02-03T04:05:06.789Z'));
  return Object.keys(texts).length + 5 + 6;
}

test('a first sync brings everything to the other device as it is', async () => {
  const [here, there] = await world.share(ada, bob);
  const made = await makeRichTree(here);
  await settleAll(ada, bob);
  const tree = await sameTrees([here, there]);
  expect(tree.get('a.txt')).toContain('changed 981173106789');
  expect(tree.get('run.sh')).toMatch(/, executable$/);
  expect(tree.get('to a folder')).toBe('link to sub');
  expect(tree.size).toBe(made);
  expect(await ada.root(here)).toMatchObject({ state: 'upToDate', troubles: 0, conflicts: 0, entries: made });
  expect(await bob.root(there)).toMatchObject({
    state: 'upToDate',
    troubles: 0,
    conflicts: 0,
    entries: made,
  });
});

test('a folder that has the files already is merged: no content is sent, no conflict is made', async () => {
  const library = world.newLibrary();
  const here = await ada.bind(library, library);
  await makeRichTree(here);
  await ada.settle();
  const [before, putsBefore] = [await world.server.stored(), world.server.puts()];

  const there = path.join(bob.home, library);
  await cp(here, there, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: (one) => path.basename(one) !== '.tidesync',
  });
  await bob.bind(library, library);
  await settleAll(bob, ada);
  const tree = await sameTrees([here, there]);
  expect(await world.server.stored()).toEqual(before);
  expect(world.server.puts()).toBe(putsBefore);
  expect([...tree.keys()].filter((one) => one.includes('conflict'))).toEqual([]);
  expect(await bob.root(there)).toMatchObject({ state: 'upToDate', conflicts: 0, entries: tree.size });
});

test('a merge of two different folders keeps all of both', async () => {
  const library = world.newLibrary();
  const here = await ada.bind(library, library);
  const there = path.join(bob.home, library);
  await mkdir(there);
  await writeFile(path.join(here, 'only here'), '1');
  await writeFile(path.join(here, 'both.txt'), 'from ada');
  await writeFile(path.join(there, 'only there'), '2');
  await writeFile(path.join(there, 'both.txt'), 'from bob');
  await ada.settle();
  await bob.bind(library, library);
  await settleAll(bob, ada);
  const tree = await sameTrees([here, there]);
  const today = new Date().toISOString().slice(0, 10);
  const copy = `both (conflict from bob, ${today}).txt`;
  expect([...tree.keys()].sort()).toEqual([copy, 'both.txt', 'only here', 'only there'].sort());
  expect(await readFile(path.join(there, 'both.txt'), 'utf8')).toBe('from ada');
  expect(await readFile(path.join(here, copy), 'utf8')).toBe('from bob');
});

test("junk of systems stays where it is; other people's work does not", async () => {
  const [here, there] = await world.share(ada, bob);
  for (const name of ['.DS_Store', 'Thumbs.db', 'keep.tmp', 'desktop.ini'])
    await writeFile(path.join(here, name), name);
  for (const folder of ['node_modules/one', '.git/objects']) {
    await mkdir(path.join(here, folder), { recursive: true });
    await writeFile(path.join(here, folder, 'file'), folder);
  }
  await settleAll(ada, bob);
  expect([...(await readTree(there)).keys()].sort()).toEqual([
    '.git',
    '.git/objects',
    '.git/objects/file',
    'keep.tmp',
    'node_modules',
    'node_modules/one',
    'node_modules/one/file',
  ]);
  expect(await ada.why(path.join(here, '.DS_Store'))).toMatchObject({ code: 'ignored', state: 'skipped' });
});

test('a rule that is added later detaches what it matches and deletes nothing on either side', async () => {
  const [here, there] = await world.share(ada, bob);
  await mkdir(path.join(here, 'build'));
  for (const name of ['build/out.o', 'notes.log', 'main.c']) await writeFile(path.join(here, name), name);
  await settleAll(ada, bob);
  await sameTrees([here, there]);

  await writeFile(path.join(here, '.tidesyncignore'), 'build/\n*.log\n');
  await settleAll(ada, bob);
  await sameTrees([here, there]);
  await writeFile(path.join(here, 'notes.log'), 'changed here');
  await writeFile(path.join(there, 'build', 'new.o'), 'made there');
  await writeFile(path.join(here, 'main.c'), 'still synced');
  await settleAll(ada, bob);
  expect(await readFile(path.join(there, 'main.c'), 'utf8')).toBe('still synced');
  expect(await readFile(path.join(there, 'notes.log'), 'utf8')).toBe('notes.log');
  expect([...(await readTree(here)).keys()]).not.toContain('build/new.o');
  expect([...(await readTree(there)).keys()]).toContain('build/out.o');
  expect(await ada.why(path.join(here, 'notes.log'))).toMatchObject({ code: 'ignored' });
});

test('why has one code for every path, with what cures it', async () => {
  const [here] = await world.share(ada, bob);
  await writeFile(path.join(here, 'fine'), 'fine');
  await writeFile(path.join(here, 'Thumbs.db'), 'junk');
  execFileSync('mkfifo', [path.join(here, 'pipe')]);
  const socket = createServer().listen(path.join(here, 'socket'));
  await writeFile(Buffer.concat([Buffer.from(`${here}/caf`), Buffer.from([0xe9])]), 'no UTF-8');
  try {
    expect(await ada.settle()).toBe(3);
    const code = async (name: string) => (await ada.why(path.join(here, name))).code;
    expect(await code('fine')).toBe('synced');
    expect(await code('Thumbs.db')).toBe('ignored');
    expect(await code('pipe')).toBe('specialFile');
    expect(await code('socket')).toBe('specialFile');
    expect(await code('nothing')).toBe('notFound');
    expect(await code('.tidesync/root.json')).toBe('ownFolder');
    expect(await code('..')).toBe('outside');
    const { roots } = await ada.status();
    expect(roots.find((one) => one.path === here)).toMatchObject({ state: 'attention', troubles: 3 });
    const { troubles } = await ada
      .ask<{ troubles: { code: string; sentence: string }[] }>('sync')
      .catch(async () => JSON.parse((await ada.run('sync', '--json')).out));
    const codes = troubles.map((one: { code: string }) => one.code).sort();
    expect(codes).toEqual(['notUnicode', 'specialFile', 'specialFile']);
    expect(troubles.map((one: { sentence: string }) => one.sentence).join()).toMatch(/no valid UTF-8/);
  } finally {
    socket.close();
  }
});
