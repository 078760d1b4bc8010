import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { readTree } from './support/tree.ts';
import { useWorld } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees, settleAll } from './support/world.ts';

const FILES = 250;
const world = useWorld();
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

interface Listed {
  readonly held: { batchId: string; files: number; path: string }[];
  readonly batches: { batchId: string; deleted: number; created: number; device: { name: string } }[];
}
const batchesOf = (device: Device) => device.ask<Listed>('batches');
const at = (folder: string, n: number) => path.join(folder, 'many', `deep ${n % 3}`, `file ${n}`);

/** A folder on both devices with many files in it. */
async function shareMany(): Promise<[string, string]> {
  const [here, there] = await world.share(ada, bob);
  for (let n = 0; n < 3; n++) await mkdir(path.join(here, 'many', `deep ${n}`), { recursive: true });
  for (let n = 0; n < FILES; n++) await writeFile(at(here, n), `content ${n}`);
  await settleAll(ada, bob);
  expect((await sameTrees([here, there])).size).toBe(FILES + 4);
  return [here, there];
}
/** The deletes of a folder that wait, once all are seen. */
const heldIn = (folder: string, files: number) =>
  until(`${files} deletes wait`, async () => {
    const { held } = await batchesOf(ada);
    return held.find((one) => one.path === folder && one.files === files) ?? null;
  });

test('[S31] many deletes wait for a yes, and a batch that went out comes back to all devices with one command', async () => {
  const [here, there] = await shareMany();
  const before = await readTree(there);
  await rm(path.join(here, 'many'), { recursive: true });
  await heldIn(here, FILES);
  await writeFile(path.join(here, 'note'), 'goes on');
  await until('the note is there', async () => (await readTree(there)).has('note'));
  await settleAll(ada, bob);
  expect((await readTree(there)).size).toBe(before.size + 1);
  expect(await ada.root(here)).toMatchObject({ state: 'attention', heldDeletes: FILES });
  expect((await ada.run('status')).exitCode).toBe(3);
  expect(await ada.why(at(here, 7))).toMatchObject({ code: 'deleteHeld', state: 'held' });

  await ada.stop();
  await ada.start();
  const { batchId } = await heldIn(here, FILES);
  const { held } = await ada.ask<{ held: { paths: string[] } }>('batches', 'show', batchId);
  expect(held.paths).toContain('many/deep 1/file 7');
  expect((await bob.run('batches', 'approve', batchId)).exitCode).toBe(1);
  await ada.ask('batches', 'approve', batchId);
  await until(
    'all of them are gone there',
    async () => [...(await readTree(there)).keys()].join() === 'note',
  );
  await settleAll(ada, bob);

  const { batches } = await batchesOf(bob);
  const sent = batches.find(({ deleted }) => deleted === FILES + 4) ?? expect.fail('no such batch');
  expect(sent.device.name).toBe('ada');
  const answer = await bob.ask<{ undone: number; notUndone: [] }>('batches', 'undo', sent.batchId);
  expect(answer).toEqual({ undone: FILES + 4, notUndone: [] });
  const after = await until('all is back on both', async () => {
    const tree = await sameTrees([here, there]);
    return tree.size === before.size + 1 && tree;
  });
  for (const [name, seen] of before) expect([name, after.get(name)]).toEqual([name, seen]);
  await settleAll(ada, bob);
  expect((await batchesOf(ada)).held).toEqual([]);
});

test('[S29] deletes that trickle are held like those that come at once, and come back with undo', async () => {
  const [here, there] = await shareMany();
  const before = await readTree(there);
  for (let n = 0; n < FILES * 0.4; n++) {
    await rm(at(here, n));
    await pause(100);
  }
  const gone = await until('deletes wait, and nothing more is to come', async () => {
    await settleAll(ada, bob);
    const { held } = await batchesOf(ada);
    const mine = held.find((one) => one.path === here);
    const left = before.size - (await readTree(there)).size;
    return mine !== undefined && mine.files + left === FILES * 0.4 && { ...mine, left };
  });
  expect(gone.left).toBeLessThanOrEqual(10);
  await ada.ask('batches', 'undo', gone.batchId);
  for (const { batchId, deleted } of (await batchesOf(ada)).batches)
    if (deleted > 0 && deleted <= 10) await ada.ask('batches', 'undo', batchId);
  const after = await until('all is back on both', async () => {
    const tree = await sameTrees([here, there]);
    return tree.size === before.size && tree;
  });
  expect(after).toEqual(before);
});

test('[S28] a folder can be told from how many on deletes wait, and never to let them wait', async () => {
  const [here, there] = await shareMany();
  const set = (...args: string[]) =>
    ada.ask<{ massDelete: unknown }>('folder', 'set', here, ...args).then(({ massDelete }) => massDelete);
  expect(await set()).toEqual({ files: 200, percent: 25 });
  expect(await set('--mass-delete-files', '0', '--mass-delete-percent', 'off')).toEqual({
    files: null,
    percent: null,
  });
  expect((await ada.run('folder', 'set', here, '--mass-delete-files', 'many')).exitCode).toBe(2);
  await rm(path.join(here, 'many'), { recursive: true });
  await until('all of them are gone there', async () => (await readTree(there)).size === 0);
});
