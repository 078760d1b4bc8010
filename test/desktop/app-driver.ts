// Starts the real app on the virtual desktop and drives it like a person: by its window, and by its tray's menu.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TestRegistry } from '@tidesync/desktop/main/test-registry';
import type { ElectronApplication, Page } from 'playwright-core';
import { _electron, errors } from 'playwright-core';
import { inject } from 'vitest';
import { appDir } from '../../tools/desktop/build-app.ts';
import { noteForReaper } from '../e2e/support/left-behind.ts';
import { until } from '../e2e/support/waiting.ts';

/** In the app's main process. */
declare const tidesyncTest: TestRegistry;

const LAUNCH_MS_MAX = 60_000;

export interface AppOptions {
  /** The home of the person: the app's own data, its settings and its autostart lie below it. */
  readonly home: string;
  /** After the app's folder. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface DrivenApp {
  readonly electron: ElectronApplication;
  readonly pid: number;
  /** The app's window, once it is there. */
  window(): Promise<Page>;
  /** `id`: of an item, as in apps/desktop/src/shell/tray-menu.ts. */
  clickTray(id: string): Promise<void>;
  tray(): Promise<{ state: string; tooltip: string; labels: string[] }>;
  health(): Promise<ReturnType<TestRegistry['health']>>;
  notices(): Promise<readonly { title: string; body: string }[]>;
  /** Waits until the tray's icon shows this state. */
  becomes(state: string): Promise<void>;
  /** By its menu; resolves when its process is gone. */
  quit(): Promise<void>;
  kill(): Promise<void>;
}

/** Where the app of this home keeps what `tidesync` calls TIDESYNC_HOME. */
export function deviceHomeOf(home: string): string {
  return path.join(home, 'device');
}

export function appEnv({ home, env }: AppOptions): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('ELECTRON_'),
  );
  return {
    ...Object.fromEntries(inherited),
    ...inject('desktopEnv'),
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    TIDESYNC_HOME: deviceHomeOf(home),
    TIDESYNC_TEST: '1',
    ...env,
  };
}

export function appArgs({ args = [] }: AppOptions): string[] {
  // Tests may run as a user for whom Chromium has no sandbox, like root in a container.
  return ['--no-sandbox', appDir, ...args];
}

function launch(options: AppOptions): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: inject('electronPath'),
    args: appArgs(options),
    env: appEnv(options),
    timeout: LAUNCH_MS_MAX,
  });
}

export async function startApp(options: AppOptions): Promise<DrivenApp> {
  await mkdir(options.home, { recursive: true });
  // Attaching the debugger can hang before any of the app's own code runs (microsoft/playwright#9351): seen once in a
  // whole run, and not in 150 starts alone. A start that hangs for any other reason hangs again.
  const electron = await launch(options).catch((error: unknown) => {
    if (!(error instanceof errors.TimeoutError)) throw error;
    return launch(options);
  });
  const process = electron.process();
  noteForReaper('+', process.pid);
  const ended = new Promise<void>((resolve) => {
    process.once('close', () => {
      noteForReaper('-', process.pid);
      resolve();
    });
  });
  await until('the app is up', () => electron.evaluate(() => typeof tidesyncTest === 'object'));
  const tray = () =>
    electron.evaluate(() => {
      const one = tidesyncTest.tray;
      return { state: one.state(), tooltip: one.tooltip(), labels: one.labels() };
    });
  const clickTray = (id: string) =>
    electron.evaluate((_electron, clicked) => tidesyncTest.tray.click(clicked), id);
  return {
    electron,
    pid: process.pid ?? 0,
    window: () => electron.firstWindow({ timeout: LAUNCH_MS_MAX }),
    clickTray,
    tray,
    health: () => electron.evaluate(() => tidesyncTest.health()),
    notices: () => electron.evaluate(() => [...tidesyncTest.notices()]),
    becomes: async (state) => {
      let seen = '';
      await until(`the tray shows ${state}`, async () => {
        seen = (await tray()).state;
        return seen === state;
      }).catch((error: unknown) => {
        throw new Error(`the tray shows ${seen}, not ${state}`, { cause: error });
      });
    },
    async quit() {
      // The answer may be lost with the process.
      await clickTray('quit').catch(() => {});
      await ended;
    },
    async kill() {
      process.kill('SIGKILL');
      await ended;
    },
  };
}

/** Starts the app once more, as a click on its icon or link would; resolves with its exit code. */
export function startAgain(options: AppOptions): Promise<number | null> {
  const child: ChildProcess = spawn(inject('electronPath'), appArgs(options), {
    env: appEnv(options),
    stdio: 'ignore',
  });
  noteForReaper('+', child.pid);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      noteForReaper('-', child.pid);
      resolve(code);
    });
  });
}
