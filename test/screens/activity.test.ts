import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../e2e/support/device.ts';
import { letPass } from '../e2e/support/let-pass.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { seriousFindings } from './support/axe.ts';
import { shotsDir, useScreens } from './support/use-screens.ts';

const world = useWorldOfOneServer();
const screens = useScreens();
let ada: Device;
beforeAll(async () => {
  ada = await world.device('ada-laptop');
  const docs = await ada.bind('docs', 'Docs');
  const films = await ada.bind('films', 'Films');
  await writeFile(path.join(docs, 'before.txt'), 'a');
  await writeFile(path.join(films, '=film.txt'), 'b');
  await ada.settle();
  await letPass(ada, 3 * 3_600_000);
  await writeFile(path.join(docs, 'after.txt'), 'c');
  await ada.settle();
});

test.each(['light', 'dark'] as const)(
  'a gap shows where no engine ran; filters and files for others, %s',
  async (colorScheme) => {
    const { page, go } = await screens.of(ada, { colorScheme });
    await go('activity');
    const rows = page.getByRole('list', { name: 'Activity' }).getByRole('listitem');
    await page.getByTestId('gap').waitFor();
    const texts = await rows.allInnerTexts();
    const places = ['after.txt', 'The engine was not running from', 'before.txt'].map((text) =>
      texts.findIndex((one) => one.includes(text)),
    );
    expect([places, places.includes(-1)]).toEqual([[...places].sort((a, b) => a - b), false]);
    await page.screenshot({ path: path.join(shotsDir, `activity-gap-${colorScheme}.png`) });
    expect(await seriousFindings(page)).toEqual([]);

    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'For spreadsheets (CSV)' }).click();
    const download = await downloading;
    const csv = await readFile(await download.path(), 'utf8');
    expect(download.suggestedFilename()).toBe('tidesync-activity.csv');
    expect(csv).toContain(',engineOff,');
    expect(csv).toContain(`,uploaded,${path.join(ada.home, 'films')},'=film.txt,`);

    await page.getByRole('combobox', { name: 'All folders' }).click();
    await page.getByRole('option', { name: 'Films' }).click();
    await page.getByText('Sent “=film.txt”').waitFor();
    expect((await rows.allInnerTexts()).filter((one) => one.includes('.txt'))).toHaveLength(1);
    await page.getByRole('radiogroup', { name: 'Which changes' }).getByText('Conflicts').click();
    await page.getByText('Nothing of that kind').waitFor();
  },
);
