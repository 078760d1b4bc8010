// Builds the web console, which the server shows: into apps/console/dist.

import path from 'node:path';
import { build } from 'vite';
import type { Built } from './built.ts';
import { ensureBuilt } from './built.ts';
import { repoDir } from './setup/paths.mjs';

const root = path.join(repoDir, 'apps/console');

export const webConsole: Built = {
  name: 'the web console',
  outDir: path.join(root, 'dist'),
  sources: [
    'apps/console/{src,public}/**/*',
    'apps/console/*.{html,json,ts}',
    'packages/{shared,ui}/src/**/*',
    'packages/engine/src/{core,ports,shell/transfer}/**/*',
    'pnpm-lock.yaml',
  ],
  async build() {
    await build({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn', root });
  },
};

if (import.meta.main) {
  await ensureBuilt(webConsole, (line) => console.error(`tidesync: ${line}`));
  console.log(path.relative(process.cwd(), webConsole.outDir));
}
