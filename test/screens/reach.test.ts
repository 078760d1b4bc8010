import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../e2e/support/device.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { OWNER } from '../e2e/support/world.ts';
import { seriousFindings } from './support/axe.ts';
import { shotsDir, useScreens } from './support/use-screens.ts';

const world = useWorldOfOneServer();
const screens = useScreens();
let ada = null as unknown as Device;
const FILES = 3_000;
beforeAll(async () => {
  ada = await world.device('ada');
  const folder = await ada.bind('Many', 'Many');
  await mkdir(path.join(folder, 'in'));
  for (let n = 0; n < FILES; n++)
    await writeFile(path.join(folder, 'in', `${String(n).padStart(5, '0')}.txt`), '');
  await ada.settle();
}, 240_000);

test('everything is reached by keyboard alone', async () => {
  const { page, go } = await screens.of(ada);
  await go('');
  await page.getByTestId('headline').waitFor();
  const focused = () => page.evaluate('document.activeElement.innerText.trim()');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Skip to the page');
  const seen: unknown[] = [];
  for (let n = 0; n < 10; n++) {
    await page.keyboard.press('Tab');
    seen.push(await focused());
  }
  expect(seen).toEqual([
    ...[
      'Search',
      'Home',
      'Files',
      'Activity',
      'Trash',
      'Conflicts',
      'Problems',
      'Held deletes',
      'Settings',
      'Diagnose',
    ],
  ]);
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Pause');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Pause for 30 min' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByTestId('headline').getByText('Paused').waitFor();
  await page.getByRole('button', { name: 'Resume' }).focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('headline').getByText('Paused').waitFor({ state: 'detached' });
});

test('of a long list only what is in sight exists', async () => {
  const { page, go } = await screens.of(ada);
  await go(`files?at=${encodeURIComponent(path.join(ada.home, 'Many', 'in'))}`);
  await page.getByText('00000.txt').waitFor();
  expect(await page.getByRole('listitem').count()).toBeLessThan(60);
  expect(await page.getByRole('listitem').first().getAttribute('aria-setsize')).toBe(String(FILES));
  await page.locator('.ts-list').focus();
  await page.keyboard.press('End');
  await page.getByText(`0${FILES - 1}.txt`).waitFor();
});

test('the language and the looks are chosen, and kept', async () => {
  const { page, go } = await screens.of(ada);
  await go('settings');
  await page.getByText('Dark', { exact: true }).click();
  await page.getByLabel('High contrast').check({ force: true });
  await page.getByRole('combobox', { name: 'Language' }).click();
  await page.getByRole('option', { name: 'العربية' }).click();
  await page.locator('html[dir=rtl][lang=ar][data-contrast=more][data-mantine-color-scheme=dark]').waitFor();
  await page.reload();
  await page.locator('html[dir=rtl][data-contrast=more][data-mantine-color-scheme=dark] h1').waitFor();
  await page.screenshot({ path: path.join(shotsDir, 'settings-contrast.png') });
  expect(await seriousFindings(page)).toEqual([]);
});

test('colours forced by the system leave every state readable', async () => {
  const { page, go } = await screens.of(ada, { forcedColors: 'active', reducedMotion: 'reduce' });
  await go('');
  await page.getByTestId('headline').waitFor();
  await page.screenshot({ path: path.join(shotsDir, 'home-forced-colors.png') });
  expect(await seriousFindings(page)).toEqual([]);
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
});

test('what is copied for whoever helps is seen before, and holds no names, paths or addresses', async () => {
  const { page, go } = await screens.of(ada, { permissions: ['clipboard-read', 'clipboard-write'] });
  await go('diagnose');
  await page.getByRole('button', { name: 'Details to pass on…' }).click();
  const shown = await page.getByRole('dialog').locator('pre').textContent();
  await page.screenshot({ path: path.join(shotsDir, 'details.png') });
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const copied = String(await page.evaluate('navigator.clipboard.readText()'));
  expect(copied).toBe(shown);
  expect(JSON.parse(copied)).toMatchObject({
    session: { is: 'signedIn', online: true },
    roots: [{ entries: FILES + 1 }],
  });
  for (const secret of [OWNER, world.top, '127.0.0.1', 'Many']) expect(copied).not.toContain(secret);
});

test('signing out says what it means, and leads back to the beginning', async () => {
  const device = await world.device('leaving');
  const { page, go } = await screens.of(device);
  await go('settings');
  await page.getByRole('button', { name: 'Sign out…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Your folders and files stay as they are.').waitFor();
  await dialog.getByRole('button', { name: 'Sign out…' }).click();
  await page.getByText('Nobody is signed in.').waitFor();
  await go('');
  await page.getByText('Where is your server?').waitFor();
});
