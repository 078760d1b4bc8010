import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { TOP } from '@tidesync/shared/names';
import { afterEach, expect, test } from 'vitest';
import { nodeDisk } from '../adapters/node-disk.ts';
import { TestFolders } from '../testing/dying-process.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';

const folders = new TestFolders();
const benches: ShellBench[] = [];
afterEach(async () => {
  folders.end();
  for (const bench of benches.splice(0)) await bench.stop();
});
async function newBench(): Promise<ShellBench> {
  const bench = await ShellBench.open();
  benches.push(bench);
  return bench;
}

const LEVELS = 100;
/** A folder in a folder, and so on. */
const levels = Array.from({ length: LEVELS }, (_, level) =>
  Array.from({ length: level + 1 }, (_one, index) => `level ${index}`).join('/'),
);
const deepest = levels.at(-1) ?? '';

test(`folders ${LEVELS} deep go up, are edited at the bottom, and move as one`, async () => {
  const here = await newBench();
  for (const folder of levels) await here.disk.makeFolder(at(folder));
  await here.write(`${deepest}/file`, 'first');
  here.start();
  await here.settle();
  expect(await here.isSynced()).toBe(true);
  const before = here.library.headSeq;
  await here.write(`${deepest}/file`, 'second');
  await here.disk.rename(at('level 0'), at('moved'));
  await here.settle();
  expect(await here.isSynced()).toBe(true);
  expect(here.library.headSeq).toBe(before + 2);
  expect(here.library.paths()).toHaveLength(LEVELS + 1);
});

test(`folders ${LEVELS} deep come down, and their delete as well`, async () => {
  const here = await newBench();
  for (const folder of levels) await here.library.make(folder, 'folder');
  await here.library.make(`${deepest}/file`, { text: 'first' });
  here.start();
  await here.settle();
  expect(await here.isSynced()).toBe(true);
  expect((await here.files())[`${deepest}/file`]).toBe('first');
  here.library.remove(`${deepest}/file`);
  for (const folder of levels.toReversed()) here.library.remove(folder);
  await here.settle();
  expect(await here.files()).toEqual({});
  expect(await here.isSynced()).toBe(true);
});

test('a folder of 100,000 entries is listed whole, each with its own node', async () => {
  const folder = folders.make();
  for (let number = 0; number < 100_000; number++) writeFileSync(path.join(folder, String(number)), '');
  const disk = nodeDisk(folder);
  const listed = await disk.list(TOP);
  expect(listed).toHaveLength(100_000);
  expect(new Set(listed.map(({ node }) => node.stamp.inode)).size).toBe(100_000);
  expect(listed.every(({ name, node }) => name !== null && node.kind === 'file')).toBe(true);
  expect((await disk.look(at('99999')))?.kind).toBe('file');
});
