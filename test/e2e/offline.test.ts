import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { useWorld } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorld();
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.stoppedDevice('ada');
  bob = await world.stoppedDevice('bob');
});

const at = (folder: string, ...names: string[]) => path.join(folder, ...names);
const today = new Date().toISOString().slice(0, 10);

/** No engine runs in most stories of this file: each device syncs when it is told to. */
async function syncAll(...devices: readonly Device[]): Promise<void> {
  for (const device of devices) expect((await device.run('sync', '--timeout', '60')).exitCode).toBe(0);
}

test('both edited offline: both are kept, the first keeps the name, the other says whose it is', async () => {
  const [here, there] = await world.share(ada, bob);
  await writeFile(at(here, 'report.txt'), 'first');
  await writeFile(at(here, 'no extension'), 'first');
  await syncAll(ada, bob);
  for (const name of ['report.txt', 'no extension']) {
    await writeFile(at(here, name), 'what ada wrote');
    await writeFile(at(there, name), 'what bob wrote');
  }
  await syncAll(ada, bob, ada);
  const tree = await sameTrees([here, there]);
  const copies = [`report (conflict from bob, ${today}).txt`, `no extension (conflict from bob, ${today})`];
  expect([...tree.keys()].sort()).toEqual(['no extension', 'report.txt', ...copies].sort());
  expect(await readFile(at(there, 'report.txt'), 'utf8')).toBe('what ada wrote');
  for (const copy of copies) expect(await readFile(at(here, copy), 'utf8')).toBe('what bob wrote');
  const { conflicts } = await bob.ask<{ conflicts: unknown[] }>('conflicts', 'list');
  expect(conflicts).toContainEqual(expect.objectContaining({ path: 'report.txt', copyPath: copies[0] }));
  expect(await bob.why(at(there, 'report.txt'))).toMatchObject({ code: 'conflicted', state: 'conflicted' });

  await writeFile(at(here, 'report.txt'), 'ada again');
  await writeFile(at(there, 'report.txt'), 'bob again');
  await syncAll(ada, bob, ada);
  expect([...(await sameTrees([here, there])).keys()]).toContain(
    `report (conflict from bob, ${today}) 2.txt`,
  );
});

test('an edit outlives a delete, whoever comes first', async () => {
  const [here, there] = await world.share(ada, bob);
  await mkdir(at(here, 'folder'));
  for (const name of ['one', 'two', 'folder/three']) await writeFile(at(here, name), 'first');
  await syncAll(ada, bob);
  await rm(at(here, 'one'));
  await writeFile(at(there, 'one'), 'edited by bob');
  await writeFile(at(here, 'two'), 'edited by ada');
  await rm(at(there, 'two'));
  await rm(at(here, 'folder'), { recursive: true });
  await writeFile(at(there, 'folder', 'three'), 'edited inside');
  await syncAll(ada, bob, ada);
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()].sort()).toEqual(['folder', 'folder/three', 'one', 'two']);
  expect(await readFile(at(here, 'one'), 'utf8')).toBe('edited by bob');
  expect(await readFile(at(there, 'two'), 'utf8')).toBe('edited by ada');
  expect(await readFile(at(here, 'folder', 'three'), 'utf8')).toBe('edited inside');
});

test('renamed here and edited there: the file has both the name and the content', async () => {
  const [here, there] = await world.share(ada, bob);
  await writeFile(at(here, 'old name'), 'old content');
  await writeFile(at(here, 'time'), 'time');
  await syncAll(ada, bob);
  await rename(at(here, 'old name'), at(here, 'new name'));
  await writeFile(at(there, 'old name'), 'new content');
  await utimes(at(here, 'time'), new Date(1e12), new Date(1e12));
  await utimes(at(there, 'time'), new Date(1.1e12), new Date(1.1e12));
  await syncAll(ada, bob, ada);
  expect([...(await sameTrees([here, there])).keys()].sort()).toEqual(['new name', 'time']);
  expect(await readFile(at(here, 'new name'), 'utf8')).toBe('new content');
});

test('a conflict is settled by a command, and the answer is taken back', async () => {
  const [here, there] = await world.share(ada, bob);
  await writeFile(at(here, 'plan.txt'), 'first');
  await syncAll(ada, bob);
  await writeFile(at(here, 'plan.txt'), 'what ada wrote');
  await writeFile(at(there, 'plan.txt'), 'what bob wrote');
  await syncAll(ada, bob, ada);
  interface Listed {
    readonly conflicts: readonly { name: string; path: string; conflictId: string; copyPath: string }[];
  }
  const listed = async () => {
    const { conflicts } = await bob.ask<Listed>('conflicts', 'list');
    return conflicts.find(({ path: file }) => file === 'plan.txt');
  };
  const shown = await listed();
  const { name = '', conflictId = '', copyPath = '' } = shown ?? {};
  expect(shown).toMatchObject({
    mine: { deviceName: 'bob', sizeBytes: 14, contentId: expect.stringMatching(/^[0-9a-f]{64}$/) },
    theirs: { path: 'plan.txt', sizeBytes: 14, deviceName: 'ada' },
  });
  const stale = await bob.run('conflicts', 'resolve', `${conflictId}-00000000`, '--keep', 'mine');
  expect([stale.exitCode, stale.err]).toEqual([1, expect.stringContaining('has changed since it was shown')]);
  await bob.ask('conflicts', 'resolve', name, '--keep', 'mine');
  await syncAll(bob, ada);
  expect([...(await sameTrees([here, there])).keys()]).toEqual(['plan.txt']);
  expect(await readFile(at(here, 'plan.txt'), 'utf8')).toBe('what bob wrote');
  await bob.ask('conflicts', 'undo', conflictId);
  await syncAll(bob, ada);
  expect(await readFile(at(here, 'plan.txt'), 'utf8')).toBe('what ada wrote');
  expect(await readFile(at(here, copyPath), 'utf8')).toBe('what bob wrote');
  const all = await bob.run('conflicts', 'resolve', '--all', '--keep', 'both', '--json');
  expect(JSON.parse(all.out)).toMatchObject({ refused: [] });
  expect(await listed()).toBeUndefined();
});

test('an engine that starts while the server is down notes what changes and catches up', async () => {
  const [here, there] = await world.share(ada, bob);
  await writeFile(at(here, 'before'), 'before');
  await syncAll(ada, bob);
  await world.server.stop();
  try {
    await ada.start();
    await writeFile(at(here, 'while it was down'), 'down');
    await until('ada sees that the server is down', async () => (await ada.root(here)).state === 'offline');
    const { exitCode, out } = await ada.run('status', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      session: { online: false, offlineSentence: expect.stringMatching(/cannot be reached/) },
    });
    expect(await ada.why(at(here, 'while it was down'))).toMatchObject({ code: 'offline', state: 'waiting' });
    expect((await bob.run('sync', '--timeout', '20')).exitCode).toBe(1);
  } finally {
    await world.server.start();
  }
  await bob.start();
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()].sort()).toEqual(['before', 'while it was down']);
  await settleAll(ada, bob);
  expect(await ada.root(here)).toMatchObject({ state: 'upToDate' });
});
