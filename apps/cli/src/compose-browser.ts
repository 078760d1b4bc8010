import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** How each system opens a page with what its user has chosen for that. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  linux: ['xdg-open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens a link in this user's browser; false where there is no desktop to do it.
 * The link is a secret, and the arguments of a program are not: so a file that only this user can read leads to it.
 */
export async function openInBrowser(homePath: string, url: string): Promise<boolean> {
  const opener = OPENERS[process.platform];
  if (opener === undefined || !hasDesktop()) return false;
  const file = path.join(homePath, 'open-screens.html');
  await rm(file, { force: true });
  const target = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const page = `<!doctype html><meta http-equiv="refresh" content="0; url=${target}"><title>Tidesync</title>\n`;
  await writeFile(file, page, { mode: 0o600, flag: 'wx' });
  const [program, ...args] = opener;
  return new Promise((resolve) => {
    const child = spawn(program, [...args, pathToFileURL(file).href], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
    child.unref();
  });
}

function hasDesktop(): boolean {
  if (process.platform !== 'linux') return true;
  return (process.env.DISPLAY ?? '') !== '' || (process.env.WAYLAND_DISPLAY ?? '') !== '';
}
