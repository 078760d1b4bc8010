import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../e2e/support/device.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { seriousFindings } from './support/axe.ts';
import { shotsDir, useScreens } from './support/use-screens.ts';

const world = useWorldOfOneServer();
const screens = useScreens();
let ada: Device;
beforeAll(async () => {
  ada = await world.device('ada-laptop');
  const papers = await ada.bind('Papers', 'Papers');
  await mkdir(path.join(papers, 'Invoices 2026'));
  await writeFile(path.join(papers, 'Invoices 2026', 'Rechnung März.pdf'), 'x');
  await ada.settle();
});

test('by keyboard alone a setting, a folder and a file are found and opened', async () => {
  const { page, go } = await screens.of(ada);
  await go('');
  await page.getByTestId('headline').waitFor();
  const field = page.getByRole('combobox', { name: 'Search' });
  await page.keyboard.press('Control+k');
  await field.fill('märz rech');
  const found = page.getByRole('option', { name: /Rechnung März\.pdf/ });
  await found.waitFor();
  await page.screenshot({ path: path.join(shotsDir, 'search.png') });
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Rechnung März.pdf' }).waitFor();

  await page.keyboard.press('Control+k');
  await field.fill('invoices');
  await page.getByRole('option', { name: /Invoices 2026/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Rechnung/ }).waitFor();

  await page.keyboard.press('Control+k');
  await field.fill('high contrast');
  await page.getByRole('option', { name: 'Settings' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();

  await page.keyboard.press('Control+k');
  await field.fill('nowhere at all');
  await page.getByText('No name holds that.').waitFor();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
});
