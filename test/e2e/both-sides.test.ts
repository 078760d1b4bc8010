// What several people do at once to the same files and folders, none of them knowing of the others.

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { textsIn } from './support/random-work.ts';
import { useWorld } from './support/use-world.ts';
import { sameTrees } from './support/world.ts';

const world = useWorld();
let [ada, bob, cleo] = [] as unknown as [Device, Device, Device];
beforeAll(async () => {
  ada = await world.stoppedDevice('ada');
  bob = await world.stoppedDevice('bob');
  cleo = await world.stoppedDevice('cleo');
});

const at = (folder: string, ...names: string[]) => path.join(folder, ...names);

/** No engine runs here: each device syncs when it is told to. */
async function syncAll(...devices: readonly Device[]): Promise<void> {
  for (const device of devices) {
    const { exitCode, out, err } = await device.run('sync', '--timeout', '60');
    expect([exitCode, `${out}${err}`]).toEqual([0, expect.any(String)]);
  }
}

const namesIn = async (...folders: string[]) => [...(await sameTrees(folders)).keys()].sort();

test('[S8] three people edit one file: the first keeps the name, and all three texts are there', async () => {
  const [one, two, three] = await world.share(ada, bob, cleo);
  await writeFile(at(one, 'plan.txt'), 'the plan');
  await syncAll(ada, bob, cleo);
  await writeFile(at(one, 'plan.txt'), 'of ada');
  await writeFile(at(two, 'plan.txt'), 'of bob');
  await writeFile(at(three, 'plan.txt'), 'of cleo');
  await syncAll(ada, bob, cleo, ada, bob);
  const names = await namesIn(one, two, three);
  expect(names).toEqual([
    expect.stringMatching(/^plan \(conflict from bob, /),
    expect.stringMatching(/^plan \(conflict from cleo, /),
    'plan.txt',
  ]);
  expect(await readFile(at(three, 'plan.txt'), 'utf8')).toBe('of ada');
  expect([...(await textsIn(one))].sort()).toEqual(['of ada', 'of bob', 'of cleo']);
});

test('[S16] each of two folders is moved into the other: one move wins, and nothing is lost', async () => {
  const [one, two] = await world.share(ada, bob);
  for (const name of ['x', 'y']) {
    await mkdir(at(one, name));
    await writeFile(at(one, name, `in ${name}`), name);
  }
  await syncAll(ada, bob);
  await rename(at(one, 'x'), at(one, 'y', 'x'));
  await rename(at(two, 'y'), at(two, 'x', 'y'));
  await syncAll(ada, bob, ada);
  expect(await namesIn(one, two)).toEqual(['y', 'y/in y', 'y/x', 'y/x/in x']);
});

test('[S16] over three devices a ring of moves ends as one tree with all that was in it', async () => {
  const [one, two, three] = await world.share(ada, bob, cleo);
  for (const name of ['x', 'y', 'z']) {
    await mkdir(at(one, name));
    await writeFile(at(one, name, `in ${name}`), name);
  }
  await syncAll(ada, bob, cleo);
  await rename(at(one, 'x'), at(one, 'y', 'x'));
  await rename(at(two, 'y'), at(two, 'z', 'y'));
  await rename(at(three, 'z'), at(three, 'x', 'z'));
  await syncAll(ada, bob, cleo, ada, bob);
  expect((await namesIn(one, two, three)).map((name) => path.basename(name)).sort()).toEqual(
    ['in x', 'in y', 'in z', 'x', 'y', 'z'].sort(),
  );
});

test('[S14] a folder is deleted here and edited deep inside there: the edit lives on where it was', async () => {
  const [one, two] = await world.share(ada, bob);
  const deep = ['top', 'a', 'b', 'c', 'd'];
  await mkdir(at(one, ...deep), { recursive: true });
  for (const name of ['edited', 'untouched']) await writeFile(at(one, ...deep, name), 'first');
  await writeFile(at(one, 'top', 'untouched'), 'first');
  await writeFile(at(one, 'beside'), 'beside');
  await syncAll(ada, bob);
  await rm(at(one, 'top'), { recursive: true });
  await writeFile(at(two, ...deep, 'edited'), 'edited');
  await writeFile(at(two, ...deep, 'new'), 'new');
  await syncAll(ada, bob, ada);
  expect(await namesIn(one, two)).toEqual([
    'beside',
    ...deep.map((_, index) => deep.slice(0, index + 1).join('/')),
    'top/a/b/c/d/edited',
    'top/a/b/c/d/new',
  ]);
  expect([...(await textsIn(one))].sort()).toEqual(['beside', 'edited', 'new']);
});

test('[S13] a file here and a folder there take one name: both are kept', async () => {
  const [one, two] = await world.share(ada, bob);
  await mkdir(at(one, 'notes'));
  await writeFile(at(one, 'notes', 'inside'), 'inside');
  await writeFile(at(two, 'notes'), 'a file');
  await syncAll(ada, bob, ada);
  expect(await namesIn(one, two)).toEqual([
    'notes',
    expect.stringMatching(/^notes \(conflict from bob, /),
    'notes/inside',
  ]);
  expect([...(await textsIn(two))].sort()).toEqual(['a file', 'inside']);
});

test('[S9] moved here and renamed there: one file, at the place of who came first', async () => {
  const [one, two] = await world.share(ada, bob);
  await mkdir(at(one, 'folder'));
  for (const name of ['file', 'edited too']) await writeFile(at(one, name), name);
  await syncAll(ada, bob);
  await rename(at(one, 'file'), at(one, 'folder', 'file'));
  await rename(at(two, 'file'), at(two, 'renamed'));
  await rename(at(one, 'edited too'), at(one, 'folder', 'edited too'));
  await rename(at(two, 'edited too'), at(two, 'other'));
  await writeFile(at(two, 'other'), 'edited');
  await syncAll(ada, bob, ada);
  expect(await namesIn(one, two)).toEqual(['folder', 'folder/edited too', 'folder/file']);
  expect(await readFile(at(one, 'folder', 'edited too'), 'utf8')).toBe('edited');
});
