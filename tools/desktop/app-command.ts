import { readFileSync } from 'node:fs';
import { appDir } from './build-app.ts';
import { electronHere } from './find-electron.ts';

/** The command line that opens the app; null without a display, without an Electron, or where none can run. */
export function appCommand(env: NodeJS.ProcessEnv = process.env): readonly string[] | null {
  if (!hasDisplay(env)) return null;
  const electron = electronHere();
  if (electron === null || forbidsSandbox()) return null;
  // Chromium refuses to run as root without it, as in a container.
  const isRoot = process.getuid?.() === 0;
  return [electron.path, ...(isRoot ? ['--no-sandbox'] : []), appDir];
}

function hasDisplay(env: NodeJS.ProcessEnv): boolean {
  if (process.platform !== 'linux') return true;
  return (env.DISPLAY ?? '') !== '' || (env.WAYLAND_DISPLAY ?? '') !== '';
}

/** Some systems let only programs that were installed as packages make what Chromium's sandbox is built of. */
function forbidsSandbox(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return false;
  try {
    return readFileSync('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', 'utf8').trim() === '1';
  } catch {
    return false;
  }
}
