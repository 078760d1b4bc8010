import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../e2e/support/device.ts';
import { until } from '../e2e/support/waiting.ts';
import { chooseAction, downloadBy, shoot, useConsole } from './support/console-world.ts';

const { world, signedIn } = useConsole();
let ada: Device;
let folder: string;
let library: string;

beforeAll(async () => {
  ada = await world.device('ada');
  library = world.newLibrary();
  folder = await ada.bind(library, library);
  await mkdir(path.join(folder, 'old', 'inside'), { recursive: true });
  await writeFile(path.join(folder, 'old', 'one.txt'), 'one');
  await writeFile(path.join(folder, 'old', 'inside', 'two.txt'), 'two');
  await writeFile(path.join(folder, 'stays.txt'), 'stays');
  await ada.settle();
});

const isThere = (...names: string[]) =>
  stat(path.join(folder, ...names)).then(
    () => true,
    () => false,
  );
async function openLibrary(page: Page): Promise<void> {
  await page.getByRole('link', { name: library, exact: true }).click();
  await page.getByRole('button', { name: 'stays.txt', exact: true }).waitFor();
}

test('[P8] a folder that is deleted goes from the device, and comes back whole from the trash', async () => {
  const page = await signedIn();
  await openLibrary(page);
  await chooseAction(page, 'old', 'Move to trash');
  await shoot(page, 'delete');
  await page.getByRole('button', { name: 'Move to trash' }).click();
  await until('it is gone from the device', async () => !(await isThere('old')));
  await page.getByRole('link', { name: 'Trash' }).click();
  await page.getByText('old/', { exact: true }).waitFor();
  expect(await page.getByText('two.txt').count(), 'what lies in it comes back with it').toBe(0);
  await page.getByRole('switch').click();
  await page.getByText('old/inside/two.txt').waitFor();
  await shoot(page, 'trash');
  await page.getByRole('switch').click();
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByText('The trash is empty').waitFor();
  await until('it is back', () => isThere('old', 'inside', 'two.txt'));
  expect(await readFile(path.join(folder, 'old', 'inside', 'two.txt'), 'utf8')).toBe('two');
  expect(await readFile(path.join(folder, 'old', 'one.txt'), 'utf8')).toBe('one');
});

test('[P8] an earlier version is saved, and made the current one again', async () => {
  await writeFile(path.join(folder, 'stays.txt'), 'the second version');
  await ada.settle();
  const page = await signedIn();
  await openLibrary(page);
  await chooseAction(page, 'stays.txt', 'Versions');
  const rows = page.getByRole('dialog').getByRole('listitem');
  await rows.nth(1).waitFor();
  await shoot(page, 'versions');
  expect(await rows.count()).toBe(2);
  const save = rows.nth(1).getByRole('button', { name: 'Download' });
  expect((await downloadBy(page, () => save.click())).toString()).toBe('stays');
  await rows.nth(1).getByRole('button', { name: 'Restore' }).click();
  await until(
    'the device has it',
    async () => (await readFile(path.join(folder, 'stays.txt'), 'utf8')) === 'stays',
  );
  await rows.nth(2).waitFor();
});

test('[P9] names are changed, folders made and entries moved as on a device', async () => {
  const page = await signedIn();
  await openLibrary(page);
  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByLabel('Name of the folder').fill('shelf');
  await page.getByRole('button', { name: 'Make it' }).click();
  await page.getByRole('link', { name: 'shelf', exact: true }).waitFor();
  await chooseAction(page, 'stays.txt', 'Rename');
  await page.getByLabel('New name').fill('shelf');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByText('There is something of that name').waitFor();
  await page.getByLabel('New name').fill('moved.txt');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('button', { name: 'moved.txt', exact: true }).waitFor();
  await chooseAction(page, 'moved.txt', 'Move');
  await page.getByRole('dialog').getByRole('button', { name: 'shelf', exact: true }).click();
  await shoot(page, 'move');
  await page.getByRole('button', { name: 'Move here' }).click();
  await until('the device has moved it', () => isThere('shelf', 'moved.txt'));
  expect(await isThere('stays.txt')).toBe(false);
});
