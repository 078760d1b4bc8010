import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Device } from '../e2e/support/device.ts';
import { useWorldOfOneServer } from '../e2e/support/use-world.ts';
import { until } from '../e2e/support/waiting.ts';
import { sameTrees, settleAll } from '../e2e/support/world.ts';
import { useScreens } from './support/use-screens.ts';

const world = useWorldOfOneServer();
const screens = useScreens();
let [ada, bob] = [] as unknown as [Device, Device];
let [here, there] = ['', ''];
beforeAll(async () => {
  ada = await world.device('ada-laptop');
  bob = await world.device('bob-desktop');
  [here, there] = await world.share(ada, bob);
});
afterEach(async () => {
  await ada.run('folder', 'resume', 'all');
});
const textOf = (...names: string[]) => readFile(path.join(...names), 'utf8');

test('a pause holds changes back, and resuming lets them go', async () => {
  const { page, go } = await screens.of(ada);
  await go('');
  const headline = page.getByTestId('headline');
  await headline.getByText('Up to date').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('menuitem', { name: 'Pause for 2 hr' }).click();
  await headline.getByText('Paused').waitFor();
  await page
    .getByTestId('folder')
    .getByText(/^Paused until \d\d:\d\d$/)
    .waitFor();
  await writeFile(path.join(here, 'held back.txt'), 'text');
  expect((await ada.root(here)).state).toBe('paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await until('the file is there', () => access(path.join(there, 'held back.txt')).then(() => true));
  await headline.getByText('Up to date').waitFor();
});

test('what moves is shown with its size, and is gone when it has arrived', async () => {
  const { page, go } = await screens.of(ada);
  await go('');
  await page.getByTestId('headline').waitFor();
  await writeFile(path.join(here, 'film.bin'), randomBytes(60_000_000));
  await page.getByRole('progressbar', { name: 'Progress of film.bin' }).waitFor();
  await page.getByText(/ of 60 MB$/).waitFor();
  await page.getByTestId('throughput').getByText('to go').waitFor();
  await page.getByRole('progressbar', { name: 'Progress of film.bin' }).waitFor({ state: 'detached' });
  await page.getByTestId('headline').getByText('Up to date').waitFor();
});

test('both versions of a conflict are compared, one is kept, and that is taken back', async () => {
  await writeFile(path.join(here, 'plan.txt'), 'read\n');
  await settleAll(ada, bob);
  await ada.run('folder', 'pause', here);
  await writeFile(path.join(here, 'plan.txt'), 'read, rest\n');
  await writeFile(path.join(there, 'plan.txt'), 'read, write, sing\n');
  await bob.settle();
  await ada.run('folder', 'resume', here);
  await ada.settle();
  const { page, go } = await screens.of(ada);
  await go('conflicts');
  await page.getByText('bob-desktop').waitFor();
  await page.getByText('read, rest').waitFor();
  await page.getByText('read, write, sing').waitFor();
  await page.getByRole('button', { name: 'Keep this device’s' }).click();
  await page.getByText('No conflicts').waitFor();
  expect(await textOf(here, 'plan.txt')).toBe('read, rest\n');
  await until('the other device has it', async () => (await textOf(there, 'plan.txt')) === 'read, rest\n');
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('bob-desktop').waitFor();
  await page.getByLabel('Choose all').check();
  await page.getByRole('button', { name: 'Keep both' }).first().click();
  await page.getByText('No conflicts').waitFor();
  await settleAll(ada, bob);
  const texts = await Promise.all(
    [...(await sameTrees([here, there])).keys()]
      .filter((one) => one.startsWith('plan'))
      .map((one) => textOf(here, one)),
  );
  expect(texts.sort()).toEqual(['read, rest\n', 'read, write, sing\n']);
});

test('a deleted file comes back from the trash on every device', async () => {
  await writeFile(path.join(here, 'letter.txt'), 'dear');
  await settleAll(ada, bob);
  await rm(path.join(there, 'letter.txt'));
  await settleAll(bob, ada);
  const { page, go } = await screens.of(ada);
  await go('trash');
  const row = page.getByRole('listitem').filter({ hasText: 'letter.txt' });
  await row.getByText('on bob-desktop').waitFor();
  await row.getByText('30 days left').waitFor();
  await row.getByRole('button', { name: 'Restore' }).click();
  await row.waitFor({ state: 'detached' });
  await until('it is back', async () => (await textOf(here, 'letter.txt')) === 'dear');
  await until('it is back there', async () => (await textOf(there, 'letter.txt')) === 'dear');
});

test('an earlier version becomes the current one again', async () => {
  await writeFile(path.join(here, 'essay.txt'), 'first');
  await settleAll(ada, bob);
  await writeFile(path.join(here, 'essay.txt'), 'second, worse');
  await settleAll(ada, bob);
  const { page, go } = await screens.of(bob);
  await go('files');
  await page.getByRole('button', { name: /^essay\.txt/ }).click();
  await page.getByText('second, worse').waitFor();
  const old = page.getByRole('listitem').filter({ hasText: 'kept until' });
  await old.getByText('on ada-laptop').waitFor();
  await old.getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await until('it is the first again', async () => (await textOf(there, 'essay.txt')) === 'first');
  await until('here as well', async () => (await textOf(here, 'essay.txt')) === 'first');
});

test('a folder that is gone stops, says why, and goes on where it is now', async () => {
  const { page, go } = await screens.of(ada);
  await rename(here, `${here} moved`);
  await go('problems');
  const halted = page.getByTestId('halt-rootMissing');
  await halted.getByText('is gone or not mounted').waitFor();
  await halted.getByRole('button', { name: 'It was moved…' }).click();
  await halted.getByLabel('Folder on this computer').fill(`${here} moved`);
  await halted.getByRole('button', { name: 'It is here now' }).click();
  await page.getByText('No problems').waitFor();
  here = `${here} moved`;
  await writeFile(path.join(here, 'after the move.txt'), '');
  await until('it goes on', () => access(path.join(there, 'after the move.txt')).then(() => true));
});

test('removing a folder says what stays, and it stays', async () => {
  const folder = await bob.bind('Old papers', 'Old papers');
  await writeFile(path.join(folder, 'paper.txt'), 'old');
  await bob.settle();
  const { page, go } = await screens.of(bob);
  await go('');
  await page.getByRole('button', { name: 'More about Old papers' }).click();
  await page.getByRole('menuitem', { name: 'Stop syncing this folder…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`The files stay where they are on this computer, in ${folder}.`).waitFor();
  await dialog.getByText('The library “Old papers” stays on the server').waitFor();
  await dialog.getByRole('button', { name: 'Stop syncing' }).click();
  await until('it is no root any more', async () =>
    (await bob.status()).roots.every((root) => root.path !== folder),
  );
  expect(await textOf(folder, 'paper.txt')).toBe('old');
});

test('a folder is taken off this device, stays on the server, and is brought back', async () => {
  await mkdir(path.join(here, 'Pictures'));
  await writeFile(path.join(here, 'Pictures', 'sea.txt'), 'blue');
  await settleAll(ada, bob);
  const { page, go } = await screens.of(bob);
  await go(`choose?at=${encodeURIComponent(there)}`);
  const tick = page.getByRole('checkbox', { name: 'Pictures' });
  expect(await tick.isChecked()).toBe(true);
  await page.getByText('1 file, 4 B').waitFor();
  await tick.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('It stays on the server and on your other devices.').waitFor();
  await dialog.getByRole('button', { name: 'Take off this device' }).click();
  await until(
    'it is gone here',
    async () => (await access(path.join(there, 'Pictures')).catch(() => 'gone')) === 'gone',
  );
  expect(await textOf(here, 'Pictures', 'sea.txt')).toBe('blue');
  await page.getByRole('checkbox', { name: 'Pictures', checked: false }).click();
  await dialog.getByRole('button', { name: 'Bring here' }).click();
  await until('it is back', async () => (await textOf(there, 'Pictures', 'sea.txt')) === 'blue');
});

test('an engine that dies is missed, and found again when it runs', async () => {
  const { page, go } = await screens.of(ada);
  await go('');
  await page.getByTestId('headline').getByText('Up to date').waitFor();
  await ada.kill();
  await page.getByText('The engine is not running').waitFor();
  await page.getByText('Your files are safe').waitFor();
  await ada.start();
  await page.getByTestId('headline').getByText('Up to date').waitFor();
});

test('a server that is away is told, and what was last seen stays', async () => {
  const { page, go } = await screens.of(ada);
  await go('');
  await world.server.stop();
  await page.getByTestId('headline').getByText('Offline').waitFor();
  await page.getByText('does not answer. It is tried again by itself.').waitFor();
  // How old what is shown is: for each folder when both sides were last the same, and of the room when it was asked for.
  await page
    .getByTestId('folder')
    .getByText(/synced \d\d:\d\d/)
    .first()
    .waitFor();
  await page.getByTestId('folder').first().waitFor();
  await world.server.start();
  await page.getByTestId('headline').getByText('Up to date').waitFor({ timeout: 90_000 });
});
