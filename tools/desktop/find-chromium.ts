import path from 'node:path';
import { isOnPath } from './on-path.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser that CHROMIUM_PATH names, else the first one of these on PATH; null for none. */
export function chromiumHere(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env.CHROMIUM_PATH ?? '';
  if (named !== '') return named;
  const folders = (env.PATH ?? '').split(path.delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => ({ folder, name })));
  const first = found.find(({ folder, name }) => isOnPath(name, folder));
  return first === undefined ? null : path.join(first.folder, first.name);
}
