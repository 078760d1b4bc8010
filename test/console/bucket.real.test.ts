import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Cluster } from '../e2e/support/cluster.ts';
import { use } from '../e2e/support/use-world.ts';
import { until } from '../e2e/support/waiting.ts';
import { World } from '../e2e/support/world.ts';
import buildConsole from './support/build-console.ts';
import { chooseAction, downloadBy, dropFiles, useConsole } from './support/console-world.ts';

const { world, signedIn } = useConsole(use(new World(Cluster.prepare)));
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

beforeAll(buildConsole);

test('[P12] with packs in a bucket the browser sends and fetches them there, another origin, and nothing else', async () => {
  const ada = await world.device('ada');
  const folder = await ada.bind('shared', 'shared');
  await writeFile(path.join(folder, 'from-device.bin'), randomBytes(2_500_000));
  await ada.settle();

  const page = await signedIn();
  const origins = new Set<string>();
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  await page.getByRole('link', { name: 'shared', exact: true }).click();
  const got = await downloadBy(page, () => chooseAction(page, 'from-device.bin', 'Download'));
  expect(hashOf(got)).toBe(hashOf(await readFile(path.join(folder, 'from-device.bin'))));

  const chosen = path.join(world.top, 'chosen');
  await mkdir(chosen);
  await writeFile(path.join(chosen, 'from-browser.bin'), randomBytes(3_000_000));
  await dropFiles(page, [path.join(chosen, 'from-browser.bin')]);
  const arrived = path.join(folder, 'from-browser.bin');
  await until('the device has it', () => readFile(arrived));
  expect(hashOf(await readFile(arrived))).toBe(hashOf(await readFile(path.join(chosen, 'from-browser.bin'))));
  origins.delete('null');
  expect([...origins].filter((origin) => origin !== world.server.url)).toHaveLength(1);
});
