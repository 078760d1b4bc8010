// The tray as a desktop sees it: over a session bus of its own, with a stand-in for the part that shows icons.

import { afterEach, expect, test } from 'vitest';
import { tempHome, tidesync } from '../e2e/cli-process.ts';
import { PASSWORD, ServerProcess } from '../e2e/support/server-process.ts';
import { PATIENCE_MS, until } from '../e2e/support/waiting.ts';
import type { DrivenApp } from './app-driver.ts';
import { startApp } from './app-driver.ts';
import type { PanelEntry } from './bus/tray-watcher.ts';
import { TrayWatcher } from './bus/tray-watcher.ts';
import { startVirtualDesktop } from './virtual-desktop.ts';

const EMAIL = 'ada@example.test';
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function newDesktop(): Promise<Readonly<Record<string, string>>> {
  const desktop = await startVirtualDesktop();
  cleanups.push(() => desktop.stop());
  return desktop.env;
}
async function watcherOn(env: Readonly<Record<string, string>>): Promise<TrayWatcher> {
  const watcher = await TrayWatcher.open(env.DBUS_SESSION_BUS_ADDRESS ?? '');
  cleanups.push(() => watcher.close());
  return watcher;
}
async function newHome(): Promise<string> {
  const { home, remove } = await tempHome();
  cleanups.push(remove);
  return home;
}
async function started(home: string, env: Readonly<Record<string, string>>): Promise<DrivenApp> {
  const app = await startApp({ home, env, args: ['--hidden'] });
  cleanups.push(() => app.kill());
  return app;
}
/** Signed in, with the folder `Docs`. */
async function newDevice(): Promise<string> {
  const server = await ServerProcess.prepare(await newHome());
  await server.start();
  cleanups.push(() => server.stop());
  await server.makeAccount(EMAIL);
  const home = await newHome();
  const login = ['login', server.url, '--email', EMAIL, '--device', 'here', '--password-stdin'];
  expect(await tidesync(home, login, `${PASSWORD}\n`)).toMatchObject({ exitCode: 0 });
  expect(await tidesync(home, ['folder', 'add', 'Docs', '--library', 'Docs'])).toMatchObject({ exitCode: 0 });
  return home;
}

/** A line for each level; what cannot be chosen in brackets. */
function outline(items: readonly PanelEntry[], indent = ''): string[] {
  return items
    .filter((one) => !one.isLine)
    .flatMap((one) => [
      `${indent}${one.isEnabled ? one.label : `(${one.label})`}`,
      ...outline(one.items, `${indent}  `),
    ]);
}
const isAWindowShown = (app: DrivenApp) =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((one) => one.isVisible()));

test('a panel gets icon, words and the whole menu over the bus, and a click there pauses the engine', async () => {
  const env = await newDesktop();
  const watcher = await watcherOn(env);
  const home = await newDevice();
  const app = await started(home, env);
  const item = await watcher.item();
  await app.becomes('upToDate');

  const status = await tidesync(home, ['status']);
  const words = `Tidesync: ${status.out.split('\n', 1)[0]?.replace(/^✓ /, '')}`;
  await expect.poll(() => item.tooltip(), { timeout: PATIENCE_MS }).toBe(words);
  await until('the quota is told', async () => (await item.menu())[1]?.label.endsWith('used') === true);
  expect(outline(await item.menu())).toEqual([
    '(Up to date.)',
    expect.stringMatching(/^\(.* of .* used\)$/),
    'Open Tidesync',
    'Open folder',
    `  Docs (${home}/Docs)`,
    'Pause',
    '  For 30 minutes',
    '  For 2 hours',
    '  For 8 hours',
    '  Until resumed',
    'Sync now',
    'Last changes',
    '  (Nothing yet)',
    '  All changes…',
    'Conflicts (0)',
    'Problems (0)',
    'Settings…',
    'Diagnose…',
    'Quit and stop syncing',
  ]);

  await item.choose('Pause', 'For 2 hours');
  await app.becomes('paused');
  expect((await tidesync(home, ['status'])).out).toMatch(/^‖ Paused until /);
  await expect.poll(() => item.tooltip()).toMatch(/^Tidesync: Paused until \d{4}-\d\d-\d\d \d\d:\d\d\.$/);
  await item.choose('Resume');
  await app.becomes('upToDate');

  expect(await isAWindowShown(app)).toBe(false);
  await item.activate();
  await until('a click on the icon opens the window', () => isAWindowShown(app));
});

test('a desktop that shows icons later gets it then, and closing the window says so once', async () => {
  const env = await newDesktop();
  const app = await startApp({ home: await newHome(), env });
  cleanups.push(() => app.kill());
  const page = await app.window();
  const isShown = () => isAWindowShown(app);
  await until('the window shows', isShown);
  const closeWindow = () => page.evaluate('tidesync.closeWindow()');
  const showsTray = () => page.evaluate<boolean>('tidesync.facts().then((one) => one.showsTray)');

  // Minimized, that is, as far as there is someone who does that: not hidden, so that the desktop lists it.
  await expect.poll(showsTray).toBe(false);
  await closeWindow();
  const isThere = await app.electron.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return window !== undefined && (window.isVisible() || window.isMinimized());
  });
  expect([isThere, await app.notices()]).toEqual([true, []]);

  const watcher = await watcherOn(env);
  const item = await watcher.item();
  await expect.poll(() => item.tooltip(), { timeout: PATIENCE_MS }).toBe('Tidesync: Not signed in.');
  expect(await showsTray()).toBe(true);
  for (let n = 0; n < 2; n++) {
    await item.choose('Sign in…');
    await until('the window shows', isShown);
    await closeWindow();
    await until('the window is hidden', async () => !(await isShown()));
  }
  expect(await app.notices()).toMatchObject([{ title: 'Tidesync is still running' }]);

  // Nobody shows icons any more.
  await item.choose('Sign in…');
  await until('the window shows', isShown);
  await watcher.close();
  await closeWindow();
  await expect.poll(showsTray).toBe(false);
  const hidden = () =>
    app.electron.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      return window?.isVisible() === false && !window.isMinimized();
    });
  expect(await hidden()).toBe(false);
});
