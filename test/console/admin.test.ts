import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { PASSWORD } from '../e2e/support/server-process.ts';
import { until } from '../e2e/support/waiting.ts';
import { shoot, signIn, useConsole } from './support/console-world.ts';

const { world, open, signedIn } = useConsole();
const BOB = 'bob@example.org';

beforeAll(async () => {
  const ada = await world.device('ada');
  const folder = await ada.bind('shared', 'shared');
  await writeFile(path.join(folder, 'a.txt'), 'a');
  await ada.settle();
});

test('[P11] an administrator makes an account, gives it room, and shuts it out', async () => {
  const page = await signedIn();
  await page.getByRole('link', { name: 'Users and quotas' }).click();
  await page.getByRole('button', { name: 'New user', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(BOB);
  await dialog.locator('input[name=password]').fill(PASSWORD);
  await dialog.getByLabel('Quota').fill('rubbish');
  await dialog.getByRole('button', { name: 'New user' }).click();
  await dialog.getByText('This is no size').waitFor();
  await dialog.getByLabel('Quota').fill('5 GB');
  await shoot(page, 'admin-new-user');
  await dialog.getByRole('button', { name: 'New user' }).click();
  await page.getByText('0 B of 5 GB', { exact: true }).waitFor();

  const bobs = await open();
  await signIn(bobs, BOB);
  expect(await bobs.getByRole('link', { name: 'Users and quotas' }).count()).toBe(0);
  await bobs.getByText('0 B of 5 GB').waitFor();

  await page.getByRole('button', { name: `Quota of ${BOB}` }).click();
  await dialog.getByLabel('Quota').fill('7 GB');
  await dialog.getByRole('button', { name: 'Set quota' }).click();
  await page.getByText('0 B of 7 GB', { exact: true }).waitFor();

  await page
    .getByLabel('Choose all')
    .or(page.getByLabel(`Choose ${BOB}`))
    .first()
    .check();
  await page.getByLabel('Choose ada@example.org').check();
  await page.getByRole('button', { name: 'Quota of 2 users' }).click();
  await dialog.getByLabel('Quota').fill('3 GB');
  await dialog.getByRole('button', { name: 'Set quota' }).click();
  await until('both have it', async () => (await page.getByText(/ of 3 GB$/).count()) >= 2);
  await shoot(page, 'admin-users');

  await page.getByRole('listitem').filter({ hasText: BOB }).getByRole('button', { name: 'Suspend' }).click();
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('button', { name: 'Readmit' }).waitFor();
  await bobs.reload();
  await bobs.getByLabel('E-mail').waitFor();
});

test('[P11] an administrator chooses what new users get, and leaves it to the server again', async () => {
  const page = await signedIn();
  await page.getByRole('link', { name: 'Users and quotas' }).click();
  await page.getByRole('button', { name: 'New users get 10 GB' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Quota').fill('rubbish');
  await dialog.getByRole('button', { name: 'Set quota' }).click();
  await dialog.getByText('This is no size').waitFor();
  await dialog.getByLabel('Quota').fill('8 GB');
  await shoot(page, 'admin-default-quota');
  await dialog.getByRole('button', { name: 'Set quota' }).click();
  const chosen = page.getByRole('button', { name: 'New users get 8 GB' });
  await chosen.waitFor();
  await page.getByRole('button', { name: 'New user', exact: true }).click();
  await dialog.getByLabel('E-mail').fill('gil@example.org');
  await dialog.locator('input[name=password]').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'New user' }).click();
  await page.getByText('0 B of 8 GB', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByText('New users get 8 GB').waitFor();
  await page.getByRole('link', { name: 'Users and quotas' }).click();
  await chosen.click();
  await dialog.getByText("Left empty: 10 GB, as the server's settings say.").waitFor();
  await dialog.getByLabel('Quota').fill('');
  await dialog.getByRole('button', { name: 'Set quota' }).click();
  await page.getByRole('button', { name: 'New users get 10 GB' }).waitFor();
});

test('[P11] what administrators did stands in the audit log, and goes into a file', async () => {
  const page = await signedIn();
  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByText('Account suspended').first().waitFor();
  await page.getByText('Account made').first().waitFor();
  await shoot(page, 'admin-audit');
  const [offered] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as NDJSON' }).click(),
  ]);
  expect(offered.suggestedFilename()).toBe('audit.ndjson');
});

test('[P11] libraries are weighed and limited, and nothing of what is in them is shown', async () => {
  const page = await signedIn();
  await page.getByRole('link', { name: 'Libraries', exact: true }).click();
  await page.getByRole('button', { name: 'Set limit: shared' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Quota').fill('2 GB');
  await dialog.getByRole('button', { name: 'Set limit' }).click();
  await page.getByText('Limit 2 GB').waitFor();
  expect(await page.getByText('a.txt').count()).toBe(0);
  await page.getByRole('button', { name: '1 member: shared' }).click();
  await dialog.getByText('ada@example.org').waitFor();
});

test('[P11] the overview shows sums, and how the jobs of the servers stand', async () => {
  const page = await signedIn();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByText('End uploads that were given up').waitFor();
  await page.getByText('New users get 10 GB').waitFor();
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByRole('button', { name: 'Show what would be freed' }).click();
  await page.getByText('This would be done:').waitFor();
});

test('[P11] an administrator signs a device of somebody out', async () => {
  await world.server.makeAccount('fay@example.org');
  const fays = await open();
  await signIn(fays, 'fay@example.org');
  const page = await signedIn();
  await page.getByRole('link', { name: 'Devices', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name or e-mail' }).fill('fay@');
  await page.getByRole('listitem').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('No device fits this').waitFor();
  await fays.reload();
  await fays.getByLabel('E-mail').waitFor();
});

test('[P11] a member is added to a library, sees it, and is removed again', async () => {
  await world.server.makeAccount('eve@example.org');
  const page = await signedIn();
  await page.getByRole('link', { name: 'shared', exact: true }).click();
  await page.getByRole('button', { name: 'Library', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Add someone by e-mail').fill('eve@example.org');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await dialog.getByText('eve@example.org').waitFor();
  await shoot(page, 'library');
  const eves = await open();
  await signIn(eves, 'eve@example.org');
  await eves.getByRole('link', { name: 'shared', exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await eves.getByText('No libraries yet').waitFor({ timeout: 30_000 });
});

test('[P11] another session is seen and signed out', async () => {
  const page = await signedIn();
  const other = await signedIn();
  await page.getByRole('link', { name: 'Devices and sessions' }).click();
  await page.getByText('This browser').waitFor();
  await shoot(page, 'sessions');
  const rows = page.getByRole('listitem').filter({ hasText: 'Browser: Chrome' });
  const before = await rows.count();
  await rows.filter({ hasNotText: 'This browser' }).first().getByRole('button').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await until('it is gone', async () => (await rows.count()) === before - 1);
  await other.reload();
  await other.getByLabel('E-mail').waitFor();
});
