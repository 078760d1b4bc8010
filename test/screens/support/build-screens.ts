import path from 'node:path';
import { repoDir } from '../../e2e/cli-process.ts';

export const outDir = path.join(repoDir, 'test/screens/out');
export const bundleDir = path.join(outDir, 'bundle');

/** Before the tests: the desktop's screens as a browser gets them. */
export default async function buildScreens(): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: path.join(repoDir, 'apps/desktop/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: bundleDir },
  });
}
