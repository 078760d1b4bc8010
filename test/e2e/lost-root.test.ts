// Folders that are away, are others, or are empty all at once: nothing of it may be taken for the deletes of a person.

import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import type { Tree } from './support/tree.ts';
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

const FILES = 12;

async function fill(folder: string, files = FILES): Promise<void> {
  await mkdir(path.join(folder, 'sub'));
  for (let n = 0; n < files; n++)
    await writeFile(path.join(folder, n % 2 === 0 ? 'sub' : '', `file ${n}`), `text ${n}`);
}

/** A folder on both devices with files in it. */
async function shareFilled(files = FILES): Promise<{ here: string; there: string; before: Tree }> {
  const [here, there] = await world.share(ada, bob);
  await fill(here, files);
  await settleAll(ada, bob);
  return { here, there, before: await sameTrees([here, there]) };
}

/** Asked to sync, it looks at once; by itself within a minute. */
async function halts(folder: string, reason: string): Promise<void> {
  await bob.run('sync', '--timeout', '20');
  await until(`bob halts with ${reason}`, async () => (await bob.root(folder)).halt === reason);
}

/** Whatever bob's folder shows, the others keep all, and go on. */
async function nothingIsGone(here: string, before: Tree): Promise<void> {
  await writeFile(path.join(here, 'goes on'), 'goes on');
  await settleAll(ada, bob);
  const after = await readTree(here);
  for (const [name, seen] of before) expect([name, after.get(name)]).toEqual([name, seen]);
}

/** Null where this process may mount nothing. */
function mountFolder(from: string, to: string): (() => void) | null {
  try {
    execFileSync('mount', ['--bind', from, to], { stdio: 'ignore' });
  } catch {
    return null;
  }
  // The engine's watchers keep nothing from going.
  return () => execFileSync('umount', ['--lazy', to]);
}

test('[T2] [T3] a disk that is unmounted halts its folder, and goes on when it is back', async () => {
  const library = world.newLibrary();
  const here = await ada.bind(library, library);
  const [disk, there] = [path.join(world.top, 'disk'), path.join(bob.home, 'mounted')];
  for (const folder of [disk, there]) await mkdir(folder);
  // Without the right to mount, the disk comes and goes by its name: the same to the engine, which sees another folder.
  const umount = mountFolder(disk, there);
  const pullOut = async () => {
    if (umount !== null) return umount();
    await rename(there, `${there} away`);
    await mkdir(there);
  };
  const putBack = async () => {
    if (umount !== null) return mountFolder(disk, there);
    await rm(there, { recursive: true });
    await rename(`${there} away`, there);
    return null;
  };
  await fill(here);
  await bob.ask('folder', 'add', there, '--library', library);
  await settleAll(ada, bob);
  const before = await sameTrees([here, there]);

  await pullOut();
  await halts(there, 'rootReplaced');
  await nothingIsGone(here, before);
  expect(await readdir(there)).toEqual([]);
  await writeFile(path.join(here, 'meanwhile'), 'meanwhile');
  const unmountAgain = await putBack();
  await until('bob goes on', async () => (await sameTrees([here, there])).has('meanwhile'));
  await settleAll(bob);
  expect(await bob.root(there)).toMatchObject({ state: 'upToDate', halt: null });
  await bob.ask('folder', 'remove', there);
  unmountAgain?.();
});

test('[T2] a copy in the place of the folder, marker and all, is another folder', async () => {
  const { here, there, before } = await shareFilled();
  await bob.stop();
  await rename(there, `${there} itself`);
  await cp(`${there} itself`, there, { recursive: true, preserveTimestamps: true });
  await rm(path.join(there, 'sub'), { recursive: true });
  await bob.start();
  await halts(there, 'rootReplaced');
  await nothingIsGone(here, before);
});

test('[T17] a folder that is put back as it was earlier halts, and is merged when it is added again', async () => {
  const { here, there, before } = await shareFilled();
  await bob.stop();
  const backup = path.join(world.top, 'backup');
  await cp(there, backup, { recursive: true, preserveTimestamps: true });
  await bob.start();
  await rename(path.join(here, 'file 1'), path.join(here, 'renamed'));
  await writeFile(path.join(here, 'since then'), 'since then');
  await settleAll(ada, bob);
  const since = await sameTrees([here, there]);
  await bob.stop();
  // In place, so that the folder itself is the same one.
  for (const name of await readdir(there)) await rm(path.join(there, name), { recursive: true });
  await cp(backup, there, { recursive: true, preserveTimestamps: true });
  await bob.start();
  await halts(there, 'rootReplaced');
  expect(await readTree(here)).toEqual(since);

  const library = path.basename(there);
  await bob.ask('folder', 'remove', there);
  await bob.ask('folder', 'add', there, '--library', library);
  await settleAll(bob, ada);
  const after = await sameTrees([here, there]);
  for (const name of [...before.keys(), ...since.keys()])
    expect([name, after.has(name)]).toEqual([name, true]);
});

test('[T2] a folder that is emptied, marker and all, halts', async () => {
  const { here, there, before } = await shareFilled();
  for (const name of await readdir(there)) await rm(path.join(there, name), { recursive: true });
  await halts(there, 'rootReplaced');
  await nothingIsGone(here, before);
  expect((await bob.root(there)).sentence).toMatch(/nothing is deleted/);
});

test.each([2, FILES])(
  '[S28] a folder of which all %i files are gone, and the marker is not, waits for a yes',
  async (files) => {
    const { here, there, before } = await shareFilled(files);
    for (const name of (await readdir(there)).filter((one) => one !== '.tidesync'))
      await rm(path.join(there, name), { recursive: true });
    const { held } = await until('the deletes wait', async () => {
      const answer = await bob.ask<{ held: { batchId: string; files: number; path: string }[] }>('batches');
      return answer.held.some((one) => one.path === there && one.files === files) && answer;
    });
    await nothingIsGone(here, before);
    const mine = held.find((one) => one.path === there);
    await bob.ask('batches', 'undo', mine?.batchId ?? '');
    await until('all is back', async () => (await sameTrees([here, there])).size === before.size + 1);
  },
);
