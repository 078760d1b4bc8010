import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const CONSOLE = fileURLToPath(new URL('../../../apps/console', import.meta.url));

/** Before any test: what the browser gets is built from what is there now. */
export default async function buildConsole(): Promise<void> {
  await build({ configFile: path.join(CONSOLE, 'vite.config.ts'), logLevel: 'warn', root: CONSOLE });
}
