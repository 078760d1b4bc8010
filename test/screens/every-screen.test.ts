import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Device } from '../e2e/support/device.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { until } from '../e2e/support/waiting.ts';
import { seriousFindings } from './support/axe.ts';
import { shotsDir, useScreens } from './support/use-screens.ts';

const world = useWorldOfOneServer();
const screens = useScreens();
let [ada, fresh] = [] as unknown as [Device, Device];
/** A folder of which not all is on the device. */
let projects = '';

/** A device with something on every screen. */
beforeAll(async () => {
  ada = await world.device('ada-laptop');
  const bob = await world.device('bob-desktop');
  const here = await ada.bind('Documents', 'Documents');
  const there = await bob.bind('Documents', 'Documents');
  const at = (...names: string[]) => path.join(here, ...names);
  await mkdir(at('Letters'));
  await mkdir(at('Accounts', '2026'), { recursive: true });
  for (const name of ['to the bank', 'to Grace', 'to the council']) {
    await writeFile(at('Letters', `${name}.txt`), `Dear ${name.slice(3)},\n\nthank you for your letter.\n`);
  }
  await writeFile(at('Accounts', '2026', 'budget.csv'), 'month,amount\nJanuary,120\n');
  await writeFile(at('plan.txt'), 'Monday: read\n');
  await writeFile(at('holiday.bin'), randomBytes(3_000_000));
  await ada.settle();
  await bob.settle();
  await writeFile(at('plan.txt'), 'Monday: read\nTuesday: write\n');
  await ada.settle();
  await bob.settle();
  await ada.run('folder', 'pause', here);
  await writeFile(at('plan.txt'), 'Monday: read\nTuesday: rest\n');
  await writeFile(path.join(there, 'plan.txt'), 'Monday: read\nTuesday: write\nWednesday: sing\n');
  await rm(path.join(there, 'Letters', 'to the council.txt'));
  await bob.settle();
  await ada.run('folder', 'resume', here);
  await ada.settle();
  execFileSync('mkfifo', [at('a pipe')]);
  await writeFile(at('Letters', `${'very long name '.repeat(5)}.txt`), 'x');
  const many = await ada.bind('Archive', 'Archive');
  for (let n = 0; n < 220; n++) await writeFile(path.join(many, `page ${n}.txt`), String(n));
  await ada.settle();
  for (let n = 0; n < 210; n++) await rm(path.join(many, `page ${n}.txt`));
  await ada.settle();
  projects = await ada.bind('Projects', 'Projects');
  for (const inside of [
    'Boat/Plans',
    'Boat/Photographs of the hull',
    'Garden',
    'House/Kitchen',
    'House/Roof',
  ]) {
    await mkdir(path.join(projects, inside), { recursive: true });
    await writeFile(path.join(projects, inside, 'notes.txt'), 'measure twice\n'.repeat(1_000));
  }
  await ada.settle();
  for (const left of ['Boat/Photographs of the hull', 'Garden']) {
    await ada.run('select', 'exclude', path.join(projects, left));
  }
  await ada.settle();
  fresh = new Device('fresh', path.join(world.top, 'fresh'));
  world.devices.push(fresh);
  await fresh.start();
}, 240_000);

/** Each screen, the device on which it is seen, and words that show that it is there. */
const SCREENS: readonly (readonly [name: string, device: 'ada' | 'fresh', route: string, there: string])[] = [
  ['onboarding', 'fresh', '', 'Where is your server?'],
  ['home', 'ada', '', '~/Documents'],
  ['add-folder', 'ada', 'add-folder', 'Add folder'],
  ['files', 'ada', 'files', 'holiday.bin'],
  ['activity', 'ada', 'activity?find=plan', 'Sent “plan.txt”'],
  ['trash', 'ada', 'trash', 'Restore'],
  ['conflicts', 'ada', 'conflicts', 'bob-desktop'],
  ['problems', 'ada', 'problems', 'A socket, pipe or device, which cannot be synced'],
  ['held', 'ada', 'held', '210 files and folders were deleted here'],
  ['settings', 'ada', 'settings', 'Many deletes at once'],
  ['diagnose', 'ada', 'diagnose', 'Is everything whole?'],
];
const LOOKS = ['light', 'dark'] as const;

describe.each(LOOKS)('%s', (colorScheme) => {
  test.each(SCREENS)('%s has no serious barrier', async (name, who, route, there) => {
    const { page, go } = await screens.of(who === 'ada' ? ada : fresh, { colorScheme });
    await go(route);
    await page.getByText(there).first().waitFor();
    await page.screenshot({ path: path.join(shotsDir, `${name}-${colorScheme}.png`) });
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('a file with its versions has no serious barrier', async () => {
    const { page, go } = await screens.of(ada, { colorScheme });
    await go('files');
    await page.getByRole('button', { name: /^plan\.txt/ }).click();
    await page.getByText('current').waitFor();
    await page.screenshot({ path: path.join(shotsDir, `versions-${colorScheme}.png`) });
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('the folders of a library, some left out, have no serious barrier', async () => {
    const page = await openTree({ colorScheme });
    await page.getByRole('button', { name: 'Show the folders in Boat' }).click();
    const tick = (name: string) => page.getByRole('checkbox', { name, exact: true });
    await tick('Plans').waitFor();
    const ticked = ['Plans', 'Photographs of the hull', 'Garden', 'House'].map((name) =>
      tick(name).isChecked(),
    );
    expect(await Promise.all(ticked)).toEqual([true, false, false, true]);
    // Neither on this device nor off it.
    expect(await tick('Boat').ariaSnapshot()).toMatch(/checked=mixed/);
    await page.screenshot({ path: path.join(shotsDir, `choose-${colorScheme}.png`) });
    expect(await seriousFindings(page)).toEqual([]);
    await tick('House').click();
    await page.getByRole('dialog').getByText('2 files').waitFor();
    await page.screenshot({ path: path.join(shotsDir, `leave-out-${colorScheme}.png`) });
    expect(await seriousFindings(page)).toEqual([]);
  });
});

/** Previews load by themselves, more than one at once. */
const nothingLoads = (page: Page) =>
  until('nothing loads any more', async () => (await page.getByRole('status').count()) === 0);

test.each([
  ['ar', { locale: 'ar' }],
  ['de', { locale: 'de', viewport: { width: 640, height: 720 } }],
])('the folders of a library fit their window in %s', async (language, options) => {
  const page = await openTree(options);
  await page.locator(`html[lang=${language}] h1`).waitFor();
  await page.getByRole('button', { name: /Boat/ }).click();
  await page.getByText('Plans').waitFor();
  await page.screenshot({ path: path.join(shotsDir, `choose-${language}.png`) });
  expect(await seriousFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});

/** The folders of a library, where one chooses what is on the device. */
async function openTree(options: BrowserContextOptions): Promise<Page> {
  const { page, go } = await screens.of(ada, options);
  await go(`choose?at=${encodeURIComponent(projects)}`);
  await page.getByRole('checkbox', { name: 'Garden', exact: true }).waitFor();
  return page;
}

test.each(SCREENS)('%s reads from the right in Arabic', async (name, who, route) => {
  const { page, go } = await screens.of(who === 'ada' ? ada : fresh, { locale: 'ar' });
  await go(route);
  await page.locator('html[dir=rtl] h1').first().waitFor();
  await nothingLoads(page);
  await page.screenshot({ path: path.join(shotsDir, `${name}-ar.png`) });
  expect(await seriousFindings(page)).toEqual([]);
  // Nothing is wider than the window, whatever the direction.
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});

test.each(SCREENS)('%s holds long words and a narrow, enlarged window', async (name, who, route) => {
  const viewport = { width: 640, height: 720 };
  const { page, go } = await screens.of(who === 'ada' ? ada : fresh, { locale: 'de', viewport });
  await go(route);
  await page.locator('html[lang=de] h1').first().waitFor();
  await nothingLoads(page);
  await page.screenshot({ path: path.join(shotsDir, `${name}-de.png`) });
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});
