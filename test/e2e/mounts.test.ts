// What other file systems in a synced folder, and names of a file outside of it, mean for the others: nothing.

import { execFileSync } from 'node:child_process';
import { link, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
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

type Mount = (folder: string) => Promise<void>;
const mounted: string[] = [];

function mount(args: readonly string[], folder: string): void {
  execFileSync('mount', [...args, folder], { stdio: 'ignore' });
  mounted.push(folder);
}
function umount(folder: string): void {
  // The engine's watchers keep nothing from going.
  execFileSync('umount', ['--lazy', folder]);
  mounted.splice(mounted.indexOf(folder), 1);
}
afterEach(() => {
  for (const folder of [...mounted]) umount(folder);
});

const volume: Mount = async (folder) => mount(['-t', 'tmpfs', 'tidesync-test'], folder);
let sources = 0;
/** A folder of the same file system: its device number is that of the root. */
const place: Mount = async (folder) => {
  const source = path.join(world.top, `source ${++sources}`);
  await mkdir(source);
  mount(['--bind', source], folder);
};

function mayMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tidesync-test', '/tmp'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
// Where nothing can be mounted, a disk in memory whose folders say so is what is tested: scan.test.ts.
const mounts: [string, Mount][] = mayMount()
  ? [
      ['a volume', volume],
      ['another folder of the same file system', place],
    ]
  : [];

/** Told of `folder`, which nothing is said about below. */
const isTold = (folder: string) =>
  until(`${folder} is told`, async () => (await bob.why(folder)).code === 'otherVolume');

test.each(mounts)(
  '[S50] %s that is mounted over a synced folder takes nothing away, whatever comes and goes in it',
  async (_what, cover) => {
    const [here, there] = await world.share(ada, bob);
    await mkdir(path.join(here, 'sub/deep'), { recursive: true });
    for (const name of ['sub/a', 'sub/b', 'sub/deep/c', 'd', 'e', 'f', 'g'])
      await writeFile(path.join(here, name), `text of ${name}`);
    await settleAll(ada, bob);
    const before = await sameTrees([here, there]);

    const sub = path.join(there, 'sub');
    await cover(sub);
    // An engine that starts now watches what is mounted, and hears of it.
    await bob.stop();
    await bob.start();
    await isTold(sub);
    await writeFile(path.join(sub, 'not synced'), 'not synced');
    await mkdir(path.join(sub, 'deep'));
    await writeFile(path.join(sub, 'deep/nor this'), 'nor this');
    await bob.run('sync', '--timeout', '20');
    // Long enough for a second look.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await writeFile(path.join(here, 'sub/a'), 'edited');
    await writeFile(path.join(here, 'sub/new'), 'new');
    await mkdir(path.join(here, 'sub/folder'));
    await writeFile(path.join(here, 'goes on'), 'goes on');
    await until('the rest goes on', async () => (await readTree(there)).has('goes on'));
    await settleAll(ada, bob);
    const meanwhile = await readTree(here);
    for (const name of before.keys()) expect([name, meanwhile.has(name)]).toEqual([name, true]);
    expect(meanwhile.has('sub/not synced')).toBe(false);
    expect((await readdir(sub)).sort()).toEqual(['deep', 'not synced']);
    expect(await readdir(path.join(sub, 'deep'))).toEqual(['nor this']);

    umount(sub);
    await bob.run('sync', '--timeout', '20');
    await settleAll(bob, ada);
    const after = await sameTrees([here, there]);
    for (const name of [...before.keys(), 'sub/new', 'sub/folder', 'goes on'])
      expect([name, after.has(name)]).toEqual([name, true]);
  },
);

test.each(mounts)(
  '[S51] what is in %s that is mounted in the folder is not synced, so that it is no delete when it is unmounted',
  async (_what, cover) => {
    const [here, there] = await world.share(ada, bob);
    const usb = path.join(there, 'usb');
    await mkdir(usb);
    await cover(usb);
    await mkdir(path.join(usb, 'deep'));
    for (const name of ['a', 'deep/b']) await writeFile(path.join(usb, name), name);
    await writeFile(path.join(there, 'of bob'), 'of bob');
    await bob.run('sync', '--timeout', '20');
    await isTold(usb);
    await writeFile(path.join(usb, 'deep/c'), 'c');
    await settleAll(bob, ada);
    expect([...(await readTree(here)).keys()]).toEqual(['of bob']);

    umount(usb);
    await bob.run('sync', '--timeout', '20');
    await settleAll(bob, ada);
    expect([...(await sameTrees([here, there])).keys()].sort()).toEqual(['of bob', 'usb']);
  },
);

test('[S52] a name of a file outside of the folder stays, with what it had, whatever comes from elsewhere', async () => {
  const [here, there] = await world.share(ada, bob);
  const outside = (name: string) => path.join(world.top, `outside ${name}`);
  for (const name of ['edited', 'deleted', 'written']) {
    await writeFile(outside(name), `as ${name} was`);
    await link(outside(name), path.join(there, name));
  }
  await settleAll(bob, ada);
  await sameTrees([here, there]);

  await writeFile(path.join(here, 'edited'), 'from elsewhere');
  execFileSync('rm', [path.join(here, 'deleted')]);
  await until('it has come', async () => !(await readTree(there)).has('deleted'));
  await settleAll(ada, bob);
  await sameTrees([here, there]);
  expect(await readFile(path.join(there, 'edited'), 'utf8')).toBe('from elsewhere');
  expect(await readFile(outside('edited'), 'utf8')).toBe('as edited was');
  expect(await readFile(outside('deleted'), 'utf8')).toBe('as deleted was');

  // Nobody hints at what is written through another name; the next full look finds it.
  await writeFile(outside('written'), 'through the other name');
  expect((await stat(outside('written'))).nlink).toBe(2);
  await bob.run('sync', '--timeout', '20');
  await settleAll(bob, ada);
  await sameTrees([here, there]);
  expect(await readFile(path.join(here, 'written'), 'utf8')).toBe('through the other name');
});
