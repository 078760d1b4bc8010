// Starting with the session: off until a person says so, and off again when they say that.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { tempHome, tidesync } from '../e2e/cli-process.ts';
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

test('the app starts with the session when a person has said so, and not before or after', async () => {
  const { home, remove } = await tempHome();
  cleanups.push(remove);
  const login = ['login', world.server.url, '--email', OWNER, '--device', 'here', '--password-stdin'];
  expect(await tidesync(home, login, `${PASSWORD}\n`)).toMatchObject({ exitCode: 0 });
  const entry = path.join(home, '.config/autostart/tidesync.desktop');
  const app = await startApp({ home });
  cleanups.push(() => app.kill());
  const page = await app.window();
  page.setDefaultTimeout(30_000);
  await page.getByRole('link', { name: 'Settings' }).click();
  const choice = page.getByRole('switch', { name: 'Start when I log in' });
  await choice.waitFor();
  expect([await choice.isChecked(), existsSync(entry)]).toEqual([false, false]);

  await choice.click();
  await until('the session knows of it', () => existsSync(entry));
  const text = await readFile(entry, 'utf8');
  expect(text).toMatch(/^Exec="[^"]+" "[^"]+" "--hidden"$/m);
  await page.reload();
  await page.getByRole('switch', { name: 'Start when I log in', checked: true }).waitFor();

  await choice.click();
  await until('the session knows nothing of it', () => !existsSync(entry));
  await app.quit();
  expect(existsSync(entry)).toBe(false);
});
