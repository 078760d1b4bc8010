import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Device } from '../../e2e/support/device.ts';
import { complaintsOf, launchBrowser } from './browser.ts';
import { bundleDir, outDir } from './build-screens.ts';
import type { ServedScreens } from './serve-screens.ts';
import { serveScreens } from './serve-screens.ts';

export const shotsDir = path.join(outDir, 'screenshots');

export interface OpenedScreens {
  readonly page: Page;
  /** Goes to a screen by its route: `conflicts?id=…`. */
  go(route: string): Promise<void>;
}

/** The built screens in a real browser, for the devices of a test file. Everything is closed after its tests. */
export class Screens {
  #browser: Browser | null = null;
  readonly #served = new Map<string, ServedScreens>();
  readonly #opened: { page: Page; complaints: string[] }[] = [];

  async open(): Promise<void> {
    await mkdir(shotsDir, { recursive: true });
    this.#browser = await launchBrowser();
  }

  /** A new window on a device's engine. */
  async of(device: Pick<Device, 'home'>, options: BrowserContextOptions = {}): Promise<OpenedScreens> {
    const home = path.join(device.home, 'device');
    const served = this.#served.get(home) ?? (await serveScreens(bundleDir, home));
    this.#served.set(home, served);
    if (this.#browser === null) throw new Error('no browser is open');
    const viewport = { width: 1100, height: 720 };
    const context = await this.#browser.newContext({ viewport, locale: 'en-GB', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    this.#opened.push({ page, complaints: complaintsOf(page) });
    const go = async (route: string) => {
      await page.goto(`${served.url}/#/${route}`);
    };
    return { page, go };
  }

  /** Closes the windows of a test; none of them may have complained. */
  async closeWindows(): Promise<void> {
    for (const { page, complaints } of this.#opened.splice(0)) {
      await page.context().close();
      expect(complaints).toEqual([]);
    }
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    for (const served of this.#served.values()) await served.close();
  }
}

export function useScreens(): Screens {
  const screens = new Screens();
  beforeAll(() => screens.open());
  afterEach(() => screens.closeWindows());
  afterAll(() => screens.close());
  return screens;
}
