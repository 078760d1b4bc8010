// Builds the app's main process, preload and screens, and draws its icons: into apps/desktop/out.

import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { withLock } from '../setup/lock.mjs';
import { repoDir } from '../setup/paths.mjs';
import { drawIcons } from './draw-icons.ts';

export const appDir = path.join(repoDir, 'apps/desktop');
const outDir = path.join(appDir, 'out');
const stamp = path.join(outDir, 'built');
const SOURCES = [
  'apps/desktop/src/**/*',
  'apps/desktop/*.{json,ts}',
  'packages/{shared,ui}/src/**/*',
  'packages/engine/src/local-api/*.ts',
  'tools/desktop/*.ts',
  'pnpm-lock.yaml',
];

/** Whether what lies in `out` is older than what it is made of, or not there. */
export function isStale(): boolean {
  if (!existsSync(stamp)) return true;
  const builtMs = statSync(stamp).mtimeMs;
  return globSync(SOURCES, { cwd: repoDir, exclude: ['**/*.test.ts', '**/*.test.tsx'] }).some(
    (file) => statSync(path.join(repoDir, file)).mtimeMs > builtMs,
  );
}

/** Builds if need be; of several that come at once, one builds and the others wait. Errors: with the tool's last words. */
export async function ensureBuilt(say: (line: string) => void): Promise<void> {
  if (!isStale()) return;
  mkdirSync(outDir, { recursive: true });
  await withLock(
    path.join(outDir, '.lock'),
    async () => {
      if (isStale()) build(say);
    },
    () => say('another build of the app is running; waiting for it'),
  );
}

function build(say: (line: string) => void): void {
  say('building the app; this takes some seconds');
  const startedMs = Date.now();
  const manifest = createRequire(path.join(appDir, 'package.json')).resolve('electron-vite/package.json');
  const tool = path.join(path.dirname(manifest), 'bin/electron-vite.js');
  const made = spawnSync(process.execPath, [tool, 'build'], { cwd: appDir, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`the app cannot be built:\n${made.stdout}${made.stderr}`);
  drawIcons(path.join(outDir, 'icons'));
  // Sources that were changed meanwhile are newer than this, and are built the next time.
  writeFileSync(stamp, new Date(startedMs).toISOString());
  utimesSync(stamp, startedMs / 1000, startedMs / 1000);
}

if (import.meta.main) {
  await ensureBuilt((line) => console.error(`tidesync: ${line}`));
  console.log(path.relative(process.cwd(), outDir));
}
