import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { chromiumHere } from '../../../tools/desktop/find-chromium.ts';
import { PASSWORD } from '../../e2e/support/server-process.ts';
import { useWorldOfOneServer } from '../../e2e/support/use-world.ts';
import type { World } from '../../e2e/support/world.ts';
import { OWNER } from '../../e2e/support/world.ts';

/** Screenshots, which are looked at and not kept. */
const OUT = fileURLToPath(new URL('../out', import.meta.url));
/** For one step on a machine that is busy with other things. */
const ACTION_MS_MAX = 15_000;
const VIEW = { width: 1280, height: 800 };

/** A real browser before a real server. */
export interface ConsoleWorld<W extends World> {
  readonly world: W;
  /** A browser of its own for a person, at the sign-in page. */
  open(options?: OpenOptions): Promise<Page>;
  /** The same, signed in. */
  signedIn(options?: OpenOptions & { readonly email?: string }): Promise<Page>;
}
interface OpenOptions {
  readonly path?: string;
  readonly scheme?: 'light' | 'dark';
}

/** Errors of pages that nobody expected: they fail the test in which they happened. */
const faults: string[] = [];

/** Takes what was found so far as wanted, and answers how much that was. */
export function faultsExpected(): number {
  return faults.splice(0).length;
}

/** Default: one server with a data folder. */
export function useConsole<W extends World = ReturnType<typeof useWorldOfOneServer>>(
  given?: W,
): ConsoleWorld<W> {
  const world = given ?? (useWorldOfOneServer() as World as W);
  let browser: Browser | null = null;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    const executablePath = chromiumHere();
    if (executablePath === null)
      throw new Error('There is no Chromium: `npm run setup -- --system` installs it.');
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    await mkdir(OUT, { recursive: true });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      const name = `failed-${task.name.replace(/\W+/g, '-').slice(0, 60)}`;
      const pages = contexts.flatMap((context) => context.pages());
      for (const [index, page] of pages.entries()) await shoot(page, `${name}-${index}`);
    }
    const found = faults.splice(0);
    for (const context of contexts.splice(0)) await context.close();
    expect(found).toEqual([]);
  });
  afterAll(() => browser?.close());

  const open = async ({ path: at = '/', scheme = 'light' }: OpenOptions = {}): Promise<Page> => {
    if (browser === null) throw new Error('the browser does not run yet');
    const context = await browser.newContext({
      baseURL: world.server.url,
      viewport: VIEW,
      colorScheme: scheme,
      locale: 'en-GB',
      acceptDownloads: true,
    });
    contexts.push(context);
    context.setDefaultTimeout(ACTION_MS_MAX);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy|violates the following/.test(message.text())) faults.push(message.text());
    });
    await page.goto(at);
    return page;
  };
  return {
    world,
    open,
    async signedIn({ email = OWNER, ...options } = {}) {
      const page = await open(options);
      await signIn(page, email);
      return page;
    },
  };
}

export async function signIn(page: Page, email = OWNER, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(OUT, `${name}.png`) });
}

/** Drops files and folders of this disk into the middle of the page, as a file manager does. */
export async function dropFiles(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const at = { x: VIEW.width / 2 + 100, y: VIEW.height / 2, data };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at });
  }
  await session.detach();
}

/** Chooses what is to be done with one file or folder of a list. */
export async function chooseAction(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `What can be done with ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

/** The bytes that the browser saves after that. */
export async function downloadBy(page: Page, start: () => Promise<void>): Promise<Buffer> {
  const [offered] = await Promise.all([page.waitForEvent('download'), start()]);
  return readFile(await offered.path());
}
