import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { chooseAction, shoot, useConsole } from './support/console-world.ts';
import { barriersOn } from './support/look-for-barriers.ts';

const { world, open, signedIn } = useConsole();

/** A picture of one colour that fades. */
function makePng(side: number): Buffer {
  const part = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(side * (side * 3 + 1));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++)
      rows.set([11, 60 + (x * 120) / side, 90 + (y * 120) / side], y * (side * 3 + 1) + 1 + x * 3);
  }
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    magic,
    part('IHDR', head),
    part('IDAT', deflateSync(rows)),
    part('IEND', Buffer.alloc(0)),
  ]);
}

const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 144]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 44>>stream
BT /F1 24 Tf 40 100 Td (A document) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`;

beforeAll(async () => {
  const ada = await world.device('ada laptop');
  for (const library of ['Family', 'Photos 2026', 'Work']) {
    const folder = await ada.bind(library, library);
    await mkdir(path.join(folder, 'Invoices', '2026'), { recursive: true });
    await mkdir(path.join(folder, 'Empty folder'), { recursive: true });
    for (let number = 1; number <= 12; number++) {
      await writeFile(path.join(folder, `Letter ${number}.txt`), `Letter ${number}\n`.repeat(number * 40));
    }
    await writeFile(path.join(folder, 'Sunset.png'), makePng(240));
    await writeFile(path.join(folder, 'Contract.pdf'), PDF);
    await writeFile(path.join(folder, 'Backup.zip'), Buffer.alloc(3_400_000, 7));
    await writeFile(path.join(folder, 'Invoices', 'March.txt'), 'March');
  }
  for (const name of ['bob', 'carol', 'dave']) await world.server.makeAccount(`${name}@example.org`);
  await ada.settle();
});

interface Screen {
  readonly name: string;
  readonly heading: string;
  readonly reach: (page: Page) => Promise<void>;
}
const link = (name: string) => (page: Page) => page.getByRole('link', { name, exact: true }).click();
const inFamily =
  (then: (page: Page) => Promise<void> = async () => undefined) =>
  async (page: Page) => {
    await link('Family')(page);
    await page.getByRole('button', { name: 'Letter 1.txt', exact: true }).waitFor();
    await then(page);
  };
const dialogOf = (name: string, action: string) =>
  inFamily(async (page) => {
    await chooseAction(page, name, action);
    await page.getByRole('dialog').waitFor();
  });

const screens: readonly Screen[] = [
  { name: 'libraries', heading: 'My files', reach: async () => undefined },
  { name: 'files', heading: 'Family', reach: inFamily() },
  {
    name: 'files-chosen',
    heading: 'Family',
    reach: inFamily(async (page) => {
      await page.getByLabel('Choose Letter 1.txt').check();
      await page.getByLabel('Choose Sunset.png').check();
    }),
  },
  { name: 'preview-image', heading: 'Family', reach: dialogOf('Sunset.png', 'Preview') },
  { name: 'preview-pdf', heading: 'Family', reach: dialogOf('Contract.pdf', 'Preview') },
  { name: 'preview-text', heading: 'Family', reach: dialogOf('Letter 3.txt', 'Preview') },
  { name: 'versions', heading: 'Family', reach: dialogOf('Letter 3.txt', 'Versions') },
  { name: 'rename', heading: 'Family', reach: dialogOf('Letter 3.txt', 'Rename') },
  { name: 'move', heading: 'Family', reach: dialogOf('Letter 3.txt', 'Move') },
  { name: 'delete', heading: 'Family', reach: dialogOf('Letter 3.txt', 'Move to trash') },
  {
    name: 'library',
    heading: 'Family',
    reach: inFamily(async (page) => {
      await page.getByRole('button', { name: 'Library', exact: true }).click();
      await page.getByText('Earlier versions').waitFor();
    }),
  },
  { name: 'trash', heading: 'Trash', reach: link('Trash') },
  { name: 'sessions', heading: 'Devices and sessions', reach: link('Devices and sessions') },
  { name: 'settings', heading: 'Settings', reach: link('Settings') },
  { name: 'admin-overview', heading: 'Overview', reach: link('Overview') },
  { name: 'admin-users', heading: 'Users and quotas', reach: link('Users and quotas') },
  { name: 'admin-devices', heading: 'Devices', reach: link('Devices') },
  { name: 'admin-libraries', heading: 'Libraries', reach: link('Libraries') },
  { name: 'admin-storage', heading: 'Storage', reach: link('Storage') },
  { name: 'admin-audit', heading: 'Audit log', reach: link('Audit log') },
];

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  test('[P13] the sign-in keeps nobody out', async () => {
    const page = await open({ scheme });
    await page.getByLabel('E-mail').waitFor();
    await shoot(page, `${scheme}-sign-in`);
    expect(await barriersOn(page)).toEqual([]);
  });

  test.each(screens)('[P13] the screen $name keeps nobody out', async ({ name, heading, reach }) => {
    const page = await signedIn({ scheme });
    await reach(page);
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await shoot(page, `${scheme}-${name}`);
    expect(await barriersOn(page)).toEqual([]);
  });
});

test('[P13] in Arabic everything runs from right to left, and in a narrow window it stays usable', async () => {
  const page = await signedIn();
  await link('Settings')(page);
  await page.getByRole('combobox', { name: 'Language' }).click();
  await page.getByRole('option', { name: 'العربية' }).click();
  await page.getByRole('heading', { name: 'الإعدادات', level: 1 }).waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  await shoot(page, 'arabic-settings');
  await page.getByRole('link', { name: 'ملفاتي' }).click();
  await page.getByRole('link', { name: 'Family' }).click();
  await page.getByRole('button', { name: 'Letter 1.txt', exact: true }).waitFor();
  await shoot(page, 'arabic-files');
  expect(await barriersOn(page)).toEqual([]);
  await page.setViewportSize({ width: 420, height: 800 });
  await shoot(page, 'narrow-files');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(420);
});
