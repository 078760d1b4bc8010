import { rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';

/** Reading it takes a program several minutes: what waited for the end of it would not come in time. Sparse. */
const HUGE_BYTES = 200_000_000_000;
const MOVED_ON_BYTES = 50_000_000;

const world = useWorldOfOneServer();
let ada: Device;
beforeAll(async () => {
  ada = await world.device('ada');
});

async function huge(folder: string): Promise<string> {
  const file = path.join(folder, 'huge.img');
  await writeFile(file, 'begins');
  await truncate(file, HUGE_BYTES);
  return file;
}

/** What is said of the file that is read, once so much of it is. */
const readingOf = (folder: string, atLeastBytes: number) =>
  until('it is read', async () => {
    const [reading] = (await ada.root(folder)).readings;
    return reading !== undefined && reading.doneBytes >= atLeastBytes && reading;
  });

test('[S68] a large file that is read says how far it is, and stops in the middle when it is told to', async () => {
  const [folder] = await world.share(ada);
  const file = await huge(folder);
  const first = await readingOf(folder, 1);
  expect(first).toMatchObject({ path: 'huge.img', totalBytes: HUGE_BYTES });
  const later = await readingOf(folder, first.doneBytes + MOVED_ON_BYTES);
  expect(later.doneBytes).toBeLessThan(HUGE_BYTES);
  expect((await ada.run('status')).out).toMatch(/→ huge\.img {2}[\d.]+ [MG]B of 200 GB read/);
  expect(await ada.root(folder)).toMatchObject({ state: 'syncing', transfers: [] });

  await ada.ask('folder', 'pause', folder);
  expect(await ada.root(folder)).toMatchObject({ state: 'paused', readings: [] });
  await ada.ask('folder', 'resume', folder);
  await readingOf(folder, 1);

  await ada.stop();
  await ada.start();
  await readingOf(folder, 1);

  await ada.ask('folder', 'remove', folder);
  expect((await ada.status()).roots).toEqual([]);
  await rm(file);
});

test('[S68] while a large file is read, others go', async () => {
  const [folder] = await world.share(ada);
  const file = await huge(folder);
  await readingOf(folder, 1);
  for (const name of ['small', 'another']) {
    await writeFile(path.join(folder, name), name);
    await until(`${name} is up`, async () => (await ada.why(path.join(folder, name))).state === 'synced');
  }
  expect((await ada.root(folder)).readings).toMatchObject([{ path: 'huge.img' }]);
  await ada.ask('folder', 'remove', folder);
  await rm(file);
});
