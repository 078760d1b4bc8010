// What the tests of the app and of the screens need from the system: a display that nobody sees, a session bus, and the
// libraries that Electron and Chromium are linked with.

import { execFileSync } from 'node:child_process';
import { chromiumHere } from './find-chromium.ts';
import { getElectron, NoElectron } from './find-electron.ts';
import { isOnPath } from './on-path.ts';

/** Packages of Debian and Ubuntu; of names in one list the first that the system knows. */
export const SYSTEM_PACKAGES: readonly (readonly string[])[] = [
  ['chromium', 'chromium-browser'],
  ['xvfb'],
  ['xauth'],
  ['dbus'],
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libnss3'],
  ['libasound2t64', 'libasound2'],
  ['libgbm1'],
  ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  ['fonts-dejavu-core'],
  ['fonts-noto-core'],
  ['gnome-keyring'],
  ['zsh'],
  ['fish'],
  ['systemd'],
];

export const INSTALL_HINT = '`npm run setup -- --system` installs it on Debian and Ubuntu';
const PROGRAMS = ['Xvfb', 'dbus-daemon', 'dbus-send'];

/** Why the tests of the app cannot run here, in one sentence; null if they can. Fetches an Electron if need be. */
export async function desktopLack(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  if (process.platform !== 'linux') return 'the tests of the app run on Linux alone';
  const missing = PROGRAMS.filter((name) => !isOnPath(name, env.PATH ?? ''));
  if (chromiumHere(env) === null) missing.push('Chromium');
  if (missing.length > 0) return `${missing.join(' and ')} is not installed; ${INSTALL_HINT}`;
  try {
    const lacking = missingLibraries((await getElectron()).path);
    return lacking.length === 0 ? null : `Electron misses ${lacking.join(', ')}; ${INSTALL_HINT}`;
  } catch (error) {
    if (error instanceof NoElectron) return error.message;
    throw error;
  }
}

const SYSTEM_PROGRAMS = [
  'gnome-keyring-daemon',
  'dbus-run-session',
  'dbus-daemon',
  'busctl',
  'bash',
  'zsh',
  'fish',
  'systemd-analyze',
];

/** Why the tests of `test/system` cannot run here, in one sentence; null if they can. */
export function systemLack(env: NodeJS.ProcessEnv = process.env): string | null {
  const missing = SYSTEM_PROGRAMS.filter((name) => !isOnPath(name, env.PATH ?? ''));
  return missing.length === 0 ? null : `${missing.join(', ')} are not installed; ${INSTALL_HINT}`;
}

function missingLibraries(program: string): string[] {
  const said = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...said.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? '');
}
