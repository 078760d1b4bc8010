import { mkdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../e2e/support/device.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { useScreens } from './support/use-screens.ts';

const world = useWorldOfOneServer();
const screens = useScreens();
let ada = null as unknown as Device;
let bound = '';
beforeAll(async () => {
  ada = await world.device('ada');
  bound = await ada.bind('Documents', 'Documents');
  await writeFile(path.join(bound, 'there.txt'), 'there');
  await ada.settle();
});

test.each([
  ['inside a synced folder', () => path.join(bound, 'inside'), `It lies inside`],
  ['the folder that holds a synced one', () => ada.home, 'It lies inside'],
  ['a folder of the system', () => '/etc', 'This folder belongs to the system'],
  ['a file', () => path.join(world.top, 'file'), 'This is a file.'],
  [
    'where nothing is',
    () => path.join(world.top, 'no', 'where'),
    'Neither this folder nor the one above it is there.',
  ],
])('%s is refused with its reason before anything is done', async (_what, folder, sentence) => {
  await writeFile(path.join(world.top, 'file'), '');
  const { page, go } = await screens.of(ada);
  await go('add-folder');
  await page.getByLabel('Folder on this computer').fill(folder());
  await page.getByText(sentence).waitFor();
  expect(await page.getByRole('button', { name: 'Add and sync' }).isDisabled()).toBe(true);
});

test('what there is no room for is told before anything is sent', async () => {
  const folder = path.join(world.top, 'large');
  await mkdir(folder);
  await writeFile(path.join(folder, 'sparse.bin'), '');
  await truncate(path.join(folder, 'sparse.bin'), 12_000_000_000);
  const { page, go } = await screens.of(ada);
  await go('add-folder');
  await page.getByLabel('Folder on this computer').fill(folder);
  await page.getByText('Your storage on the server is short of 2 GB: 12 GB would go there').waitFor();
  expect(await page.getByRole('button', { name: 'Add and sync' }).isEnabled()).toBe(true);
});

test('a library that is known is merged with the folder', async () => {
  const bob = await world.device('bob');
  const folder = path.join(bob.home, 'Papers');
  await mkdir(folder);
  await writeFile(path.join(folder, 'here.txt'), 'here');
  const { page, go } = await screens.of(bob);
  await go('');
  await page.getByTestId('headline').getByText('Nothing is synced yet').waitFor();
  await go('add-folder');
  await page.getByLabel('Folder on this computer').fill(folder);
  await page.getByRole('combobox', { name: 'Library on the server' }).fill('Documents');
  await page.getByText('they are merged, and nothing is deleted').waitFor();
  await page.getByRole('button', { name: 'Add and sync' }).click();
  await page.getByTestId('headline').getByText('Up to date').waitFor();
  expect((await bob.root(folder)).entries).toBe(2);
});
