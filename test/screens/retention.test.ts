import path from 'node:path';
import type { LibraryRetention } from '@tidesync/shared/wire/retention';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../e2e/support/device.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { until } from '../e2e/support/waiting.ts';
import { OWNER } from '../e2e/support/world.ts';
import { seriousFindings } from './support/axe.ts';
import { shotsDir, useScreens } from './support/use-screens.ts';

const BOB = 'bob@example.org';
const world = useWorldOfOneServer();
const screens = useScreens();
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  await world.server.makeAccount(BOB);
  ada = await world.device('ada-laptop');
  bob = await world.device('bob-desktop', BOB);
  await ada.bind('Photos', 'Photos');
  await ada.ask('library', 'members', 'set', 'Photos', BOB, 'editor');
  await bob.bind('Photos', `${OWNER}/Photos`);
});

test('an owner chooses in the settings how long the server keeps versions and trash', async () => {
  const { page, go } = await screens.of(ada);
  await go('settings');
  const photos = page.getByRole('group', { name: 'Photos' });
  const trash = photos.getByRole('combobox', { name: 'Trash' });
  await trash.click();
  await page.getByRole('option', { name: '90 days' }).click();
  const known = () => ada.ask<LibraryRetention>('library', 'retention', 'Photos');
  await until('the server has it', async () => (await known()).own.trash === 90);
  await photos.getByRole('combobox', { name: 'Earlier versions' }).click();
  await page.getByRole('option', { name: 'For ever' }).click();
  await until('the server has both', async () => (await known()).own.versions === 'forever');
  await page.getByText('How long deleted and replaced files are kept').scrollIntoViewIfNeeded();
  await page.screenshot({ path: path.join(shotsDir, 'settings-retention.png') });
  expect(await seriousFindings(page)).toEqual([]);
  await trash.click();
  await page.getByRole('option', { name: 'As the server: 30 days' }).click();
  await until('it is as the server has it', async () => (await known()).own.trash === null);
});

test('a member is not asked', async () => {
  const { page, go } = await screens.of(bob);
  await go('settings');
  await page.getByText('How long deleted and replaced files are kept').waitFor();
  await page.getByText('There is no library yet').waitFor();
  expect(await page.getByRole('combobox', { name: 'Trash' }).count()).toBe(0);
});
