import { appendFile, chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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

/** Nobody asks for a sync in the stories of this file: watchers and doorbells have to do it. */
const at = (folder: string, ...names: string[]) => path.join(folder, ...names);

test('edit, rename, move and delete arrive from either side while both run', async () => {
  const [here, there] = await world.share(ada, bob);
  await writeFile(at(here, 'stays'), 'a library without files would ask first');
  for (const [from, to] of [
    [here, there],
    [there, here],
  ] as const) {
    const both = async () => [...(await sameTrees([here, there])).keys()].sort();
    await mkdir(at(from, 'box', 'inner'), { recursive: true });
    await writeFile(at(from, 'note.txt'), 'first');
    await writeFile(at(from, 'box', 'inner', 'thing'), 'thing');
    expect(await both()).toEqual(['box', 'box/inner', 'box/inner/thing', 'note.txt', 'stays']);

    await writeFile(at(from, 'note.txt'), 'second, longer');
    await chmod(at(from, 'box', 'inner', 'thing'), 0o755);
    await both();
    expect(await readFile(at(to, 'note.txt'), 'utf8')).toBe('second, longer');
    expect((await stat(at(to, 'box', 'inner', 'thing'))).mode & 0o100).toBe(0o100);

    await rename(at(from, 'note.txt'), at(from, 'renamed.txt'));
    await rename(at(from, 'box', 'inner'), at(from, 'moved'));
    expect(await both()).toEqual(['box', 'moved', 'moved/thing', 'renamed.txt', 'stays']);

    await rm(at(from, 'renamed.txt'));
    await rm(at(from, 'moved'), { recursive: true });
    await rm(at(from, 'box'), { recursive: true });
    expect(await both()).toEqual(['stays']);
  }
});

test('a change rings at the other device: it does not wait for the next poll', async () => {
  const [here, there] = await world.share(ada, bob);
  await settleAll(ada, bob);
  // The engine polls once a minute, so this would not do without the doorbell.
  const ringMs = 15_000;
  await writeFile(at(here, 'ring'), 'ring');
  await until('the file is there', () => readFile(at(there, 'ring'), 'utf8'), ringMs);
});

test('a delete puts the file into the trash on the other device, an overwrite the old content', async () => {
  const [here, there] = await world.share(ada, bob);
  await writeFile(at(here, 'gone.txt'), 'gone');
  await writeFile(at(here, 'changed.txt'), 'before');
  await sameTrees([here, there]);
  await settleAll(ada, bob);
  await rm(at(here, 'gone.txt'));
  await writeFile(at(here, 'changed.txt'), 'after');
  await until('both arrived', async () => {
    const tree = await sameTrees([here, there]);
    return !tree.has('gone.txt') && (await readFile(at(there, 'changed.txt'), 'utf8')) === 'after';
  });
  const found = await readdir(at(there, '.tidesync', 'trash'), { recursive: true, withFileTypes: true });
  const files = found.filter((one) => one.isFile());
  const texts = await Promise.all(files.map((one) => readFile(at(one.parentPath, one.name), 'utf8')));
  expect(texts.sort()).toEqual(['before', 'gone']);
});

test('a folder of 1,000 files is moved with 0 bytes of content sent', async () => {
  const [here, there] = await world.share(ada, bob);
  await mkdir(at(here, 'many'));
  await mkdir(at(here, 'elsewhere'));
  for (let n = 0; n < 1_000; n++) await writeFile(at(here, 'many', `file ${n}`), `content ${n}`);
  await settleAll(ada, bob);
  expect((await sameTrees([here, there])).size).toBe(1_002);
  const [before, putsBefore] = [await world.server.stored(), world.server.puts()];

  await rename(at(here, 'many'), at(here, 'elsewhere', 'still many'));
  const arrived = await until('the folder is there', async () => {
    const tree = await sameTrees([here, there]);
    return tree.has('elsewhere/still many/file 999') && tree;
  });
  expect(arrived.size).toBe(1_002);
  await settleAll(ada, bob);
  expect(await world.server.stored()).toEqual(before);
  expect(world.server.puts()).toBe(putsBefore);
  const { activity } = await bob.ask<{ activity: { kind: string; path: string }[] }>(
    'activity',
    '--limit',
    '5',
  );
  expect(activity.filter((one) => one.path.startsWith('elsewhere')).map((one) => one.kind)).not.toContain(
    'downloaded',
  );
});

test('a file that is appended to every 20 ms arrives whole, and never torn', async () => {
  const [here, there] = await world.share(ada, bob);
  const LINE = `${'x'.repeat(999)}\n`;
  const appendingMs = 3_000;
  let sizeBytes = 0;
  let ended = false;
  const torn: string[] = [];
  const watching = (async () => {
    while (!ended) {
      const text = await readFile(at(there, 'log'), 'utf8').catch(() => '');
      if (text.length % LINE.length !== 0 || text !== LINE.repeat(text.length / LINE.length))
        torn.push(`${text.length} bytes`);
      await pause(10);
    }
  })();
  for (const startMs = performance.now(); performance.now() - startMs < appendingMs; ) {
    await appendFile(at(here, 'log'), LINE);
    sizeBytes += LINE.length;
    await pause(20);
  }
  try {
    await until('all of it is there', async () => (await stat(at(there, 'log'))).size === sizeBytes);
    await sameTrees([here, there]);
  } finally {
    ended = true;
    await watching;
  }
  expect(torn).toEqual([]);
});

test('editors that save by renaming a new file over the old one keep the entry', async () => {
  const [here, there] = await world.share(ada, bob);
  await writeFile(at(here, 'letter.txt'), 'draft');
  await sameTrees([here, there]);
  await settleAll(ada, bob);
  for (const text of ['second', 'third']) {
    await writeFile(at(here, '.letter.swp'), text);
    await rename(at(here, '.letter.swp'), at(here, 'letter.txt'));
    await until('it arrived', async () => (await readFile(at(there, 'letter.txt'), 'utf8')) === text);
  }
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()]).toEqual(['letter.txt']);
  const { items } = await ada.ask<{ items: { path: string; library: string }[] }>('trash', 'list');
  expect(items.filter((one) => one.path === 'letter.txt')).toEqual([]);
});

test('a deleted file and a deleted folder come back with trash restore', async () => {
  const [here, there] = await world.share(ada, bob);
  await mkdir(at(here, 'album', 'summer'), { recursive: true });
  await writeFile(at(here, 'album', 'summer', 'beach.jpg'), 'beach');
  await writeFile(at(here, 'album', 'cover.jpg'), 'cover');
  await writeFile(at(here, 'letter.txt'), 'letter');
  await writeFile(at(here, 'stays'), 'a library without files would ask first');
  const before = await sameTrees([here, there]);
  await settleAll(ada, bob);
  await rm(at(there, 'album'), { recursive: true });
  await rm(at(there, 'letter.txt'));
  await until('only that is left', async () => (await readTree(here)).size === 1);
  await settleAll(bob, ada);

  await ada.ask('trash', 'restore', at(here, 'letter.txt'), at(here, 'album'));
  const after = await until('all is back', async () => {
    const tree = await sameTrees([here, there]);
    return tree.size === before.size && tree;
  });
  expect(after).toEqual(before);
});

test('a paused folder waits, and goes on when it is resumed or when its time has come', async () => {
  const [here, there] = await world.share(ada, bob);
  await settleAll(ada, bob);
  await bob.ask('folder', 'pause', there);
  expect(await bob.root(there)).toMatchObject({ state: 'paused', pausedUntilMs: null });
  await writeFile(at(here, 'from ada'), 'a');
  await writeFile(at(there, 'from bob'), 'b');
  expect(await ada.settle()).toBe(0);
  expect(await bob.settle()).toBe(0);
  expect([...(await readTree(there)).keys()]).toEqual(['from bob']);
  expect([...(await readTree(here)).keys()]).toEqual(['from ada']);
  expect(await bob.why(at(there, 'from bob'))).toMatchObject({
    state: expect.stringMatching(/held|unknown/),
  });
  await bob.ask('folder', 'resume', there);
  expect((await sameTrees([here, there])).size).toBe(2);

  await bob.ask('folder', 'pause', there, '--for', '3s');
  await writeFile(at(here, 'later'), 'later');
  await sameTrees([here, there]);
  expect(await bob.root(there)).toMatchObject({ pausedUntilMs: null });
});

test('two folders in one engine keep to themselves', async () => {
  const [one, oneThere] = await world.share(ada, bob);
  const [two, twoThere] = await world.share(ada, bob);
  await writeFile(at(one, 'same name'), 'one');
  await writeFile(at(two, 'same name'), 'two');
  await sameTrees([one, oneThere]);
  await sameTrees([two, twoThere]);
  await rename(at(one, 'same name'), at(two, 'moved over'));
  await sameTrees([one, oneThere]);
  expect([...(await sameTrees([two, twoThere])).keys()].sort()).toEqual(['moved over', 'same name']);
  expect(await readFile(at(twoThere, 'moved over'), 'utf8')).toBe('one');
});
