// Builds the app's main process, preload and screens, and draws its icons: into apps/desktop/out.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Built } from '../built.ts';
import { ensureBuilt } from '../built.ts';
import { repoDir } from '../setup/paths.mjs';
import { drawIcons } from './draw-icons.ts';

export const appDir = path.join(repoDir, 'apps/desktop');

export const app: Built = {
  name: 'the app',
  outDir: path.join(appDir, 'out'),
  sources: [
    'apps/desktop/src/**/*',
    'apps/desktop/*.{json,ts}',
    'packages/{shared,ui}/src/**/*',
    'packages/engine/src/local-api/*.ts',
    'tools/desktop/*.ts',
    'pnpm-lock.yaml',
  ],
  build() {
    const manifest = createRequire(path.join(appDir, 'package.json')).resolve('electron-vite/package.json');
    const tool = path.join(path.dirname(manifest), 'bin/electron-vite.js');
    const made = spawnSync(process.execPath, [tool, 'build'], { cwd: appDir, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`the app cannot be built:\n${made.stdout}${made.stderr}`);
    drawIcons(path.join(this.outDir, 'icons'));
  },
};

if (import.meta.main) {
  await ensureBuilt(app, (line) => console.error(`tidesync: ${line}`));
  console.log(path.relative(process.cwd(), app.outDir));
}
