import { randomBytes } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { readTree } from './support/tree.ts';
import { useWorld } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorld();
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

const LARGE_BYTES = 200_000_000;

/** A file that takes long enough to be caught on its way, and a few small ones around it. */
async function writeLoad(folder: string): Promise<number> {
  for (let n = 0; n < 20; n++) await writeFile(path.join(folder, `small ${n}`), `small ${n}`);
  const block = randomBytes(LARGE_BYTES / 10);
  const blocks = Array.from({ length: 10 }, (_, n) => {
    block.writeUInt32LE(n, 0);
    return Buffer.from(block);
  });
  await writeFile(path.join(folder, 'large.bin'), blocks);
  return 21;
}

/** Waits until some, not all, of `large.bin` lies in the object store. */
async function untilSendingSince(objectsBefore: number): Promise<void> {
  const stored = await until('an upload is under way', async () => {
    const now = await world.server.stored();
    return now.objects > objectsBefore + 1 && now;
  });
  expect(stored.objects).toBeLessThan(objectsBefore + LARGE_BYTES / (16 << 20));
}

/** Bytes of downloads on their way. */
async function temporaryBytes(folder: string): Promise<number> {
  const own = path.join(folder, '.tidesync', 'tmp');
  const sizes = (await readdir(own)).map((name) =>
    stat(path.join(own, name)).then(({ blocks }) => blocks * 512),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function expectNothingLeft(folder: string, entries: number): Promise<void> {
  expect((await readTree(folder)).size).toBe(entries);
  for (const own of ['tmp', 'aside'])
    expect(await readdir(path.join(folder, '.tidesync', own), { recursive: true })).toEqual([]);
}

test('an engine killed in the middle of an upload goes on where it was', async () => {
  const [here, there] = await world.share(ada, bob);
  await settleAll(ada, bob);
  const { objects } = await world.server.stored();
  const entries = await writeLoad(here);
  await untilSendingSince(objects);
  await ada.kill();
  expect((await readTree(there)).has('large.bin')).toBe(false);
  await ada.start();
  const tree = await until('all is there', async () => {
    const tree = await sameTrees([here, there]);
    return tree.size === entries && tree;
  });
  expect(tree.has('large.bin')).toBe(true);
  await settleAll(ada, bob);
  for (const folder of [here, there]) await expectNothingLeft(folder, entries);
  expect(await ada.root(here)).toMatchObject({ state: 'upToDate', conflicts: 0 });
});

test('an engine killed in the middle of a download goes on where it was', async () => {
  const library = world.newLibrary();
  const here = await ada.bind(library, library);
  const entries = await writeLoad(here);
  await ada.settle();
  const there = await bob.bind(library, library);
  await until('a download is under way', async () => (await temporaryBytes(there)) > LARGE_BYTES / 20);
  await bob.kill();
  expect((await readTree(there)).has('large.bin')).toBe(false);
  await bob.start();
  await until('all is there', async () => (await sameTrees([here, there])).size === entries);
  await settleAll(bob);
  await expectNothingLeft(there, entries);
  expect(await bob.root(there)).toMatchObject({ state: 'upToDate', conflicts: 0 });
});

test('a server killed in the middle of an upload, then of a download, comes back and all arrives', async () => {
  const library = world.newLibrary();
  const here = await ada.bind(library, library);
  await settleAll(ada);
  const { objects } = await world.server.stored();
  const entries = await writeLoad(here);
  await untilSendingSince(objects);
  await world.server.kill();
  await until('ada knows', async () => (await ada.root(here)).state === 'offline');
  await world.server.start();
  await until('ada is done', async () => (await ada.root(here)).state === 'upToDate');

  const there = await bob.bind(library, library);
  await until('a download is under way', async () => (await temporaryBytes(there)) > LARGE_BYTES / 20);
  await world.server.kill();
  await until('bob knows', async () => (await bob.root(there)).state === 'offline');
  await until(
    'ada knows, though it has nothing to do',
    async () => (await ada.root(here)).state === 'offline',
  );
  await world.server.start();
  await until('all is there', async () => (await sameTrees([here, there])).size === entries);
  await settleAll(ada, bob);
  for (const folder of [here, there]) await expectNothingLeft(folder, entries);
  expect(await ada.root(here)).toMatchObject({ state: 'upToDate', conflicts: 0 });
  expect(await bob.root(there)).toMatchObject({ state: 'upToDate', conflicts: 0 });
});
