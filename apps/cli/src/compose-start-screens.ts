import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { openInBrowser } from './compose-browser.ts';
import type { StartShows } from './start/start-screens.ts';
import { screensLines } from './start/start-screens.ts';

const APP_STOP_MS_MAX = 10_000;

export interface ScreensWish {
  readonly shows: StartShows;
  readonly homePath: string;
  readonly newLink: () => Promise<string | null>;
  readonly say: (line: string) => void;
}

export interface ShownScreens {
  /** What the terminal says of them. */
  readonly lines: readonly string[];
  /** Ends the app, if it is one. */
  close(): Promise<void>;
}

/** Shows the screens of an engine that runs in this process. */
export async function showScreens({ shows, homePath, newLink, say }: ScreensWish): Promise<ShownScreens> {
  if (shows.is === 'app')
    return { lines: screensLines('app', null), close: runApp(shows.command, homePath, say) };
  const link = await newLink();
  const opened = shows.is === 'browser' && link !== null && (await openInBrowser(homePath, link));
  return { lines: screensLines(opened ? 'browser' : 'link', link), close: async () => {} };
}

/** It finds the engine by the home. */
function runApp(
  command: readonly string[],
  homePath: string,
  say: (line: string) => void,
): () => Promise<void> {
  const [program = '', ...args] = command;
  const app = spawn(program, args, { stdio: 'ignore', env: { ...process.env, TIDESYNC_HOME: homePath } });
  let closing = false;
  const ended = new Promise<void>((resolve) => {
    app.once('error', (error) => {
      say(`The app could not be opened (${error.message}).`);
      resolve();
    });
    app.once('close', () => {
      if (!closing) say('The app was quit. Syncing goes on here; Ctrl-C stops it.');
      resolve();
    });
  });
  return async () => {
    closing = true;
    await stopApp(app, ended);
  };
}

async function stopApp(app: ChildProcess, ended: Promise<void>): Promise<void> {
  app.kill('SIGTERM');
  const timer = setTimeout(() => app.kill('SIGKILL'), APP_STOP_MS_MAX);
  await ended;
  clearTimeout(timer);
}
