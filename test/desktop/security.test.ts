// What the app's window, and whoever may have got into it, cannot do. docs/desktop.md has the list.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tempHome } from '../e2e/cli-process.ts';
import { until } from '../e2e/support/waiting.ts';
import type { DrivenApp } from './app-driver.ts';
import { startAgain, startApp } from './app-driver.ts';

let app: DrivenApp;
let page: Page;
let home: string;
/** A page of someone else, and the requests that reached it. */
let foreignUrl: string;
const reached: string[] = [];
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const temp = await tempHome();
  home = temp.home;
  cleanups.push(temp.remove);
  const foreign = createServer((req, res) => {
    reached.push(req.url ?? '');
    res.setHeader('content-type', 'text/html').setHeader('access-control-allow-origin', '*');
    res.end('<!doctype html>foreign');
  });
  foreign.on('upgrade', (_req, socket) => {
    reached.push('socket');
    socket.destroy();
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => foreign.close(resolve)));
  foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
  app = await startApp({ home });
  cleanups.push(() => app.kill());
  page = await app.window();
  await page.waitForLoadState();
  await app.becomes('signedOut');
});
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs as code of the page. */
function inPage<T>(code: string): Promise<T> {
  return page.evaluate<T>(code);
}
const outcome = (code: string) =>
  inPage<string>(
    `(async () => { try { return String(await (${code})) } catch (e) { return 'refused ' + e.name } })()`,
  );

test('the page has its own origin, which is secure, and nothing of Node or Electron', async () => {
  expect(await inPage('location.origin')).toBe('app://ui');
  expect(await inPage('isSecureContext')).toBe(true);
  expect(await inPage('[typeof require, typeof process, typeof module, typeof Buffer]')).toEqual(
    Array(4).fill('undefined'),
  );
  expect(await inPage('Object.values(window.tidesync).every((one) => typeof one === "function")')).toBe(true);
});

test('the window is isolated and sandboxed', async () => {
  const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } =
      contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag: webviewTag === true };
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
});

test('calls go to the engine by the page’s own address, and streams come back; the token is nowhere', async () => {
  expect(await outcome('fetch("/trpc/status").then((one) => one.status)')).toBe('200');
  const heard = await outcome(
    `new Promise((resolve) => {
      const events = new EventSource('/trpc/watch');
      events.onmessage = ({ data }) => { events.close(); resolve(data); };
    })`,
  );
  expect(JSON.parse(heard)).toMatchObject({ session: { is: 'signedOut' } });
  const input = JSON.stringify({ nonce: 'ab'.repeat(32) });
  const posted = `fetch('/trpc/prove', { method: 'POST', body: '${input}',
    headers: { 'content-type': 'application/json' } })`;
  expect(await outcome(`${posted}.then((one) => one.status)`)).toBe('200');
  expect(await inPage('document.cookie')).toBe('');
});

test.each([
  [
    'code in the page',
    `(() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';
    document.body.append(s); return window.ran; })()`,
    'undefined',
  ],
  [
    'code from text',
    `new Promise((r) => setTimeout(() => { try { eval('1'); r('ran') } catch (e) { r(e.name) } }))`,
    'EvalError',
  ],
  ['a call to elsewhere', `FOREIGN('/fetch')`, 'refused TypeError'],
  [
    'a socket to elsewhere',
    `new Promise((resolve) => { try { const s = new WebSocket('SOCKET');
    s.onerror = () => resolve('closed'); } catch { resolve('closed'); } })`,
    'closed',
  ],
  ['a file of the disk', `fetch('file:///etc/passwd').then((one) => one.text())`, 'refused TypeError'],
  ['a file beside the bundle', `fetch('/..%2fmain%2fmain.cjs').then((one) => one.status)`, '404'],
  [
    'a place',
    `new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('told'),
    () => resolve('refused')))`,
    'refused',
  ],
  ['what was copied elsewhere', `navigator.clipboard.readText()`, 'refused NotAllowedError'],
  ['messages of its own', `Notification.requestPermission()`, 'denied'],
  ['another window', `window.open('/').closed`, 'refused TypeError'],
])('the page does not get %s', async (_what, code, what) => {
  const own = code.replace(/FOREIGN\('(.*?)'\)/, (_all, at) => `fetch('${foreignUrl}${at}')`);
  expect(await outcome(own.replace('SOCKET', foreignUrl.replace('http', 'ws')))).toBe(what);
  expect(reached).toEqual([]);
});

test.each([
  ['by its address', () => `location.href = '${foreignUrl}/go'`],
  [
    'by a form',
    () => `(() => { const f = document.createElement('form'); f.action = '${foreignUrl}/form';
    document.body.append(f); f.submit(); })()`,
  ],
  [
    'by a link',
    () => `(() => { const a = document.createElement('a'); a.href = '${foreignUrl}/link';
    document.body.append(a); a.click(); })()`,
  ],
  ['to a file', () => `location.href = 'file:///etc/passwd'`],
  ['to code', () => `location.href = 'javascript:document.title="ran"'`],
])('the page does not leave, %s', async (_how, code) => {
  await inPage(`void ${code()}`).catch(() => {});
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  expect(page.url()).toMatch(/^app:\/\/ui\//);
  expect(await page.title()).not.toBe('ran');
  expect(reached).toEqual([]);
});

test('a frame of someone else stays empty, and cannot ask the shell', async () => {
  await inPage(`(() => { const f = document.createElement('iframe'); f.src = '${foreignUrl}/frame';
    document.body.append(f); })()`);
  await inPage(`(() => { const f = document.createElement('iframe'); f.id = 'own'; f.src = '/';
    document.body.append(f); return new Promise((r) => { f.onload = r; f.onerror = r; }); })()`);
  expect(
    await inPage(`typeof document.querySelector('#own').contentWindow?.tidesync`).catch(() => 'undefined'),
  ).toBe('undefined');
  expect(reached).toEqual([]);
});

test('a question to the shell that has another shape is not answered', async () => {
  expect(await outcome(`tidesync.openPath('relative/path')`)).toMatch(/^refused/);
  expect(await outcome(`tidesync.openPath({ toString: () => '/etc' })`)).toMatch(/^refused/);
  expect(await outcome(`tidesync.changeSettings({ somethingElse: true })`)).toMatch(/^refused/);
  expect(await outcome(`tidesync.openExternal('file:///etc/passwd').then((one) => one.is)`)).toBe('refused');
  expect(await outcome(`tidesync.openExternal('http://elsewhere.example').then((one) => one.is)`)).toBe(
    'refused',
  );
});

test('only the app’s own window is answered', async () => {
  const answer = await app.electron.evaluate(async ({ BrowserWindow, app: electronApp }) => {
    const preload = `${electronApp.getAppPath()}/out/preload/preload.cjs`;
    const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await other.loadURL('app://ui/');
    const said = await other.webContents.executeJavaScript(
      'tidesync.facts().then(() => "answered", (error) => error.message)',
    );
    other.destroy();
    return said as string;
  });
  expect(answer).toMatch(/Only the app itself may ask this/);
});

test('a link shows a screen and does nothing else; what comes with it waits for a yes', async () => {
  await inPage('(window.heard = []) && void tidesync.onGoTo((one) => window.heard.push(one))');
  expect(await startAgain({ home, args: ['tidesync://connect?server=https://files.example.org'] })).toBe(0);
  const heard = () => inPage<unknown[]>('window.heard');
  await until('the page hears it', async () => (await heard()).length > 0);
  expect(await heard()).toEqual([{ to: 'connect', serverUrl: 'https://files.example.org' }]);
  expect(await startAgain({ home, args: ['tidesync://delete?everything'] })).toBe(0);
  expect(await startAgain({ home, args: ['tidesync://open/settings'] })).toBe(0);
  await until('the page hears the next one', async () => (await heard()).length > 1);
  expect((await heard()).slice(1)).toEqual([{ to: 'place', place: 'settings' }]);
  expect(await app.tray()).toMatchObject({ state: 'signedOut' });
});
