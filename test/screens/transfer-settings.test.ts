import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DEVICE_SETTINGS_DEFAULT } from '@tidesync/shared/wire/device-settings';
import { beforeAll, expect, test } from 'vitest';
import { Device } from '../e2e/support/device.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { until } from '../e2e/support/waiting.ts';
import { OWNER } from '../e2e/support/world.ts';
import { seriousFindings } from './support/axe.ts';
import { shotsDir, useScreens } from './support/use-screens.ts';

const world = useWorldOfOneServer();
const screens = useScreens();
let ada = null as unknown as Device;
let network = '';
beforeAll(async () => {
  const bin = path.join(world.top, 'bin');
  await mkdir(bin, { recursive: true });
  network = path.join(bin, 'metered');
  await writeFile(network, '2');
  await writeFile(path.join(bin, 'busctl'), `#!/bin/sh\necho "u $(cat ${network})"\n`);
  await chmod(path.join(bin, 'busctl'), 0o755);
  ada = new Device('ada', path.join(world.top, 'ada'), { PATH: `${bin}:${process.env.PATH ?? ''}` });
  await mkdir(ada.home, { recursive: true });
  world.devices.push(ada);
  await ada.login(world.server.url, OWNER);
  await ada.start();
  await ada.bind('Documents', 'Documents');
  await ada.settle();
});
const settings = async () => (await ada.status()).device;
const become = (wanted: Partial<typeof DEVICE_SETTINGS_DEFAULT>) =>
  until('the engine has it', async () => {
    const now = await settings();
    return JSON.stringify(now) === JSON.stringify({ ...DEVICE_SETTINGS_DEFAULT, ...wanted });
  });

test('[B51] limits are set and taken away, and the slowest is told', async () => {
  const { page, go } = await screens.of(ada);
  await go('settings');
  const [up, down] = [page.getByLabel('Limit for uploads'), page.getByLabel('Limit for downloads')];
  const save = page
    .locator('section')
    .filter({ hasText: 'Limit for uploads' })
    .getByRole('button', { name: 'Save' });
  await up.fill('2');
  await down.fill('0.01');
  await page.getByText('The lowest limit is 50 kB/s.').waitFor();
  expect(await save.isDisabled()).toBe(true);
  await down.fill('0.5');
  await page.screenshot({ path: path.join(shotsDir, 'settings-transfer.png'), fullPage: true });
  await save.click();
  await become({ uploadLimit: 2_000_000, downloadLimit: 500_000 });
  await page.reload();
  await up.waitFor();
  expect([await up.inputValue(), await down.inputValue()]).toEqual(['2 MB/s', '0.5 MB/s']);
  await up.fill('');
  await down.fill('');
  await save.click();
  await become({});
  expect(await seriousFindings(page)).toEqual([]);
});

test('[B54] what moves under a limit shows it, how far it is, and how long it takes', async () => {
  const file = path.join(ada.home, 'Documents', 'large.bin');
  const { page, go } = await screens.of(ada);
  await ada.ask('config', 'set', 'upload-limit', '100kB/s');
  await go('');
  await writeFile(file, randomBytes(20_000_000));
  await page.getByTestId('throughput').getByText('limited to 100 kB/s').waitFor();
  await page.getByText(/left$/).first().waitFor();
  await page.screenshot({ path: path.join(shotsDir, 'home-limited.png') });
  const { transfers } = await ada.root(path.join(ada.home, 'Documents'));
  expect(transfers[0]).toMatchObject({ direction: 'up', totalBytes: 20_000_000 });
  await ada.ask('config', 'set', 'upload-limit', 'off');
  await page.getByTestId('headline').getByText('Up to date').waitFor();
});

test('[T9] a rule is chosen, holds, and is passed over until it ends', async () => {
  const { page, go } = await screens.of(ada);
  await writeFile(network, '1');
  await go('settings');
  await page.getByLabel('Pause while on battery').click({ force: true });
  await page.getByLabel('Pause while the network is metered').click({ force: true });
  await become({ onMetered: 'pause', onBattery: 'pause' });
  await go('');
  await page.getByTestId('headline').getByText('Paused on a metered network').waitFor();
  await page.getByTestId('folder').getByText('until there is another one').waitFor();
  await page.screenshot({ path: path.join(shotsDir, 'home-metered.png') });
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sync anyway' }).click();
  await page.getByTestId('headline').getByText('Up to date').waitFor();
  await go('settings');
  await page.getByLabel('Pause while on battery').click({ force: true });
  await page.getByLabel('Pause while the network is metered').click({ force: true });
  await become({});
});
