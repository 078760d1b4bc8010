import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { chooseAction, downloadBy, faultsExpected, useConsole } from './support/console-world.ts';

const { world, open, signedIn } = useConsole();
let library: string;

const PAGE = '<!doctype html><script>top.document.title = "taken over"</script><h1>A page</h1>';
const DRAWING =
  '<svg xmlns="http://www.w3.org/2000/svg"><script>top.document.title = "taken over"</script></svg>';

beforeAll(async () => {
  const ada = await world.device('ada');
  library = world.newLibrary();
  const folder = await ada.bind(library, library);
  await writeFile(path.join(folder, 'page.html'), PAGE);
  await writeFile(path.join(folder, 'drawing.svg'), DRAWING);
  await ada.settle();
});

async function openLibrary(page: Page): Promise<void> {
  await page.getByRole('link', { name: library, exact: true }).click();
  await page.getByRole('button', { name: 'page.html', exact: true }).waitFor();
}

test('[P1] no script of the page can read the token, and nothing of it is stored where one could', async () => {
  const page = await signedIn();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: 'tidesync-console', httpOnly: true, sameSite: 'Strict' });
  const seen = await page.evaluate('JSON.stringify([document.cookie, localStorage, sessionStorage])');
  expect(seen).not.toContain('tds_');
  expect(await page.evaluate('document.cookie')).toBe('');
});

test('[P3] signing out brings the sign-in back, and the cookie is worth nothing any more', async () => {
  const page = await signedIn();
  const cookies = await page.context().cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').waitFor();
  const other = await open();
  await other.context().addCookies(cookies);
  await other.goto('/files');
  await other.getByLabel('E-mail').waitFor();
  expect(await other.getByRole('link', { name: library }).count()).toBe(0);
});

test('[P2] a page of another origin cannot change anything in the name of who is signed in', async () => {
  const page = await signedIn();
  const evil = createServer((_, answer) =>
    answer.setHeader('content-type', 'text/html').end('<h1>evil</h1>'),
  );
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = evil.address() as { port: number };
    // Another port is another origin but the same site, so the browser itself would send the cookie along.
    await page.goto(`http://127.0.0.1:${port}/`);
    const answers = await page.evaluate(`(async () => {
      const body = JSON.stringify({ libraryId: '${randomUUID()}', name: 'taken over' });
      const ask = (type, mode) =>
        fetch('${world.server.url}/trpc/libraries.create', {
          method: 'POST', credentials: 'include', headers: { 'content-type': type }, mode, body,
        }).then((answer) => answer.type, () => 'refused');
      return [await ask('application/json', 'cors'), await ask('text/plain', 'no-cors')];
    })()`);
    // What goes without being asked for has no answer that the page may see: what counts is that nothing was made.
    expect(answers).toEqual(['refused', 'opaque']);
    await page.goto(`${world.server.url}/files`);
    await page.getByRole('link', { name: library, exact: true }).waitFor();
    expect(await page.getByText('taken over').count()).toBe(0);
  } finally {
    evil.closeAllConnections();
    evil.close();
  }
});

test('[P10] pages and drawings are shown as text, and saved without being opened', async () => {
  const page = await signedIn();
  await openLibrary(page);
  for (const [name, text] of [
    ['page.html', PAGE],
    ['drawing.svg', DRAWING],
  ] as const) {
    await page.getByRole('button', { name, exact: true }).click();
    await page.getByRole('dialog').getByText('taken over').waitFor();
    expect(await page.title()).toBe('Tidesync');
    expect(await page.locator('iframe, object, embed').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await downloadBy(page, () => chooseAction(page, name, 'Download'))).toString()).toBe(text);
  }
});

test('[P4] a script that gets into the page does not run, and speaks to nobody', async () => {
  const page = await signedIn();
  const blocked = await page.evaluate(`(async () => {
    const seen = [];
    document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.body.append(script);
    await fetch('https://example.org/').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 0));
    return { seen, title: document.title };
  })()`);
  expect(blocked).toEqual({ seen: ['script-src-elem', 'connect-src'], title: 'Tidesync' });
  expect(faultsExpected()).toBeGreaterThan(0);
});
