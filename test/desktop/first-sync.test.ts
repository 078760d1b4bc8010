// The first five minutes in the real app: from nothing to a file on another device, a pause from the tray, a conflict.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { tempHome } from '../e2e/cli-process.ts';
import { PASSWORD } from '../e2e/support/server-process.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { until } from '../e2e/support/waiting.ts';
import { OWNER } from '../e2e/support/world.ts';
import { startApp } from './app-driver.ts';

const world = useWorldOfOneServer();
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** For all of it: the first sync is one part. */
const FIRST_SYNC_MS_MAX = 3 * 60_000;

test('onboarding, a file on another device, pause and resume from the tray, a conflict settled', {
  timeout: FIRST_SYNC_MS_MAX,
}, async () => {
  const { home, remove } = await tempHome();
  cleanups.push(remove);
  const folder = path.join(home, 'Documents');
  await mkdir(folder);
  await writeFile(path.join(folder, 'plan.txt'), 'read\n');
  const app = await startApp({ home });
  cleanups.push(() => app.kill());
  const page = await app.window();
  page.setDefaultTimeout(30_000);

  await page.getByLabel('Address of the server').fill(world.server.url);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('E-mail').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Name of this device').fill('the app');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Folder on this computer').fill(folder);
  await page.getByText('1 file, 5 B').waitFor();
  await page.getByRole('button', { name: 'Add and sync' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByTestId('headline').getByText('Up to date').waitFor();
  await app.becomes('upToDate');
  await until('the tray says the quota', async () =>
    (await app.tray()).labels.some((one) => / of 10 GB/.test(one)),
  );

  const other = await world.device('other');
  const there = await other.bind('Documents', 'Documents');
  const textThere = () => readFile(path.join(there, 'plan.txt'), 'utf8');
  await until('the file is there', async () => (await textThere()) === 'read\n');

  await app.clickTray('pauseUntilResumed');
  await app.becomes('paused');
  await page.getByTestId('headline').getByText('Paused').waitFor();
  await writeFile(path.join(folder, 'plan.txt'), 'read, rest\n');
  await writeFile(path.join(there, 'plan.txt'), 'read, write, sing\n');
  await other.settle();
  await app.clickTray('resume');
  await app.becomes('attention');

  await page.getByRole('link', { name: /Conflicts/ }).click();
  await page.getByText('read, write, sing').waitFor();
  await page.getByRole('button', { name: 'Keep this device’s' }).click();
  await page.getByText('No conflicts').waitFor();
  await until('the other device has it', async () => (await textThere()) === 'read, rest\n');
  expect(await readFile(path.join(folder, 'plan.txt'), 'utf8')).toBe('read, rest\n');
  await app.becomes('upToDate');
  await app.quit();
});
