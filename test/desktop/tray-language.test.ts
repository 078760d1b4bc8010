// The tray speaks the language of the windows: it hears of it, and knows it still at the next start.

import { afterEach, expect, test } from 'vitest';
import { tempHome } from '../e2e/cli-process.ts';
import { PATIENCE_MS } from '../e2e/support/waiting.ts';
import type { DrivenApp } from './app-driver.ts';
import { startApp } from './app-driver.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test('the tray speaks as the system does, then as the windows do, and remembers it', async () => {
  const { home, remove } = await tempHome();
  cleanups.push(remove);
  const started = async () => {
    const env = { LANG: 'de_AT.UTF-8', LC_ALL: 'de_AT.UTF-8', LANGUAGE: 'de' };
    const app = await startApp({ home, args: ['--hidden'], env });
    cleanups.push(() => app.kill());
    await app.becomes('signedOut');
    return app;
  };
  const says = (app: DrivenApp, tooltip: string) =>
    expect.poll(async () => (await app.tray()).tooltip, { timeout: PATIENCE_MS }).toBe(tooltip);

  const app = await started();
  await says(app, 'Tidesync: Nicht angemeldet.');
  await app.clickTray('signIn');
  const page = await app.window();
  await page.locator('html[lang=de] h1').first().waitFor();
  // As the settings do it.
  await page.evaluate("localStorage.setItem('tidesync.language', 'ar')");
  await page.reload();
  await page.locator('html[lang=ar] h1').first().waitFor();
  await says(app, 'Tidesync: \u2068لم يُسجَّل الدخول.\u2069');
  expect((await app.tray()).labels).toContain('إنهاء وإيقاف المزامنة');
  const ask = (language: string) => page.evaluate(`tidesync.changeSettings({ language: '${language}' })`);
  await expect(ask('xx')).rejects.toThrow('Invalid option');
  await app.quit();

  await says(await started(), 'Tidesync: \u2068لم يُسجَّل الدخول.\u2069');
});
