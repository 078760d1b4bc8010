// The app's screens in a browser: `tidesync ui` with a real Chromium, and what other pages of that browser can do.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chromiumHere } from '../../tools/desktop/find-chromium.ts';
import { CLI, startProgram, tempHome, tidesync } from '../e2e/cli-process.ts';

const cleanups: (() => Promise<unknown>)[] = [];
let browser: Browser;
let home: string;
let link: string;

beforeEach(async () => {
  const temp = await tempHome();
  cleanups.push(temp.remove);
  home = temp.home;
  const ui = startProgram(CLI, ['ui', '--no-open'], { home });
  cleanups.push(async () => {
    ui.child.kill('SIGTERM');
    await ui.finished;
  });
  [link = ''] = await ui.printed(/http:\S+/);
  browser = await chromium.launch({ executablePath: chromiumHere() ?? '', args: ['--no-sandbox'] });
  cleanups.push(() => browser.close());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function entered(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.waitForURL(/\/$/);
  return page;
}
/** The status of a call that the page makes; the word of the browser where it does not let it. */
function callFrom(page: Page, url: string): Promise<number | string> {
  return page.evaluate(
    (at) =>
      fetch(at, { credentials: 'include' }).then(
        ({ status }) => status,
        (error: unknown) => String(error),
      ),
    url,
  );
}

test('the link opens the screens, which ask the engine and hear from it', async () => {
  const page = await entered();
  const refused: string[] = [];
  page.on('console', (message) => refused.push(message.text()));
  await page.reload();
  await page.locator('#root > *').first().waitFor();
  expect(await callFrom(page, '/trpc/status')).toBe(200);
  const heard = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const events = new EventSource('/trpc/watch');
        events.onmessage = ({ data }) => {
          events.close();
          resolve(data);
        };
      }),
  );
  expect(JSON.parse(heard)).toMatchObject({ session: { is: 'signedOut' } });
  expect(refused.filter((text) => /Content.Security.Policy/i.test(text))).toEqual([]);
  const stored = await page.evaluate<string>('document.cookie + location.href');
  expect(stored).not.toMatch(/code|tidesync=/);
});

test('the link works once; the next one is made by the same command', async () => {
  await entered();
  const stranger = await browser.newContext().then((context) => context.newPage());
  expect((await stranger.goto(link))?.status()).toBe(403);
  const next = await tidesync(home, ['ui', '--no-open']);
  expect((await stranger.goto(next.out.trim()))?.status()).toBe(200);
});

test('a page of another program of this computer cannot call, although the browser has the cookie', async () => {
  const own = await entered();
  const { origin, host } = new URL(own.url());
  const seen: string[] = [];
  const neighbour = createServer((req, res) => {
    seen.push(String(req.headers.cookie));
    res.setHeader('content-type', 'text/html').end('<!doctype html>');
  });
  await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => neighbour.close(resolve)));
  const { port } = neighbour.address() as AddressInfo;
  const other = await own.context().newPage();
  await other.goto(`http://127.0.0.1:${port}/`);
  expect(await callFrom(other, `${origin}/trpc/status`)).toMatch(/TypeError/);
  expect(await callFrom(other, `http://127.0.0.1:${host.split(':')[1]}/trpc/status`)).toMatch(/TypeError/);
  expect(seen.every((cookie) => cookie === 'undefined')).toBe(true);
  expect(seen.length).toBeGreaterThan(0);
});
