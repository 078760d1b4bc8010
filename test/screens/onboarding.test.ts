import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Device } from '../e2e/support/device.ts';
import { PASSWORD } from '../e2e/support/server-process.ts';
import { readTree } from '../e2e/support/tree.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { until } from '../e2e/support/waiting.ts';
import { OWNER } from '../e2e/support/world.ts';
import { useScreens } from './support/use-screens.ts';

const world = useWorldOfOneServer();
const screens = useScreens();

test('a newcomer comes from nothing to a folder that is synced', async () => {
  const device = new Device('newcomer', path.join(world.top, 'newcomer'));
  world.devices.push(device);
  await device.start();
  const folder = path.join(device.home, 'Photos');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'sea.txt'), 'blue');
  const { page, go } = await screens.of(device);
  await go('');

  const address = page.getByLabel('Address of the server');
  await address.fill('http://127.0.0.1:9');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('The server http://127.0.0.1:9 cannot be reached').waitFor();
  await address.fill('http://192.0.2.1:8400');
  await page.getByText('This address is not encrypted').waitFor();
  expect(await page.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true);
  await address.fill(world.server.url.replace('http://', ''));
  await page.getByRole('button', { name: 'Continue' }).click();

  await page.getByLabel('E-mail').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill('nonsense');
  await page.getByLabel('Name of this device').fill('newcomer');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('E-mail or password is wrong.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByRole('heading', { name: 'Which folder is to be synced?' }).waitFor();
  await page.getByRole('button', { name: 'Choose…' }).click();
  await page.getByRole('button', { name: 'Photos', exact: true }).click();
  await page.getByText('1 file, 4 B').waitFor();
  await page.getByText('A new library will be made').waitFor();
  expect(await page.getByRole('combobox', { name: 'Library on the server' }).inputValue()).toBe('Photos');
  await page.getByRole('button', { name: 'Add and sync' }).click();

  await page.getByRole('heading', { name: 'That is all' }).waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByTestId('headline').getByText('Up to date').waitFor();

  const other = await world.device('other');
  const there = await other.bind('Photos', 'Photos');
  await until('the file is there', async () => (await readTree(there)).has('sea.txt'));
});
