import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repoDir = path.resolve(fileURLToPath(import.meta.url), '../../..');
export const modulesDir = path.join(repoDir, 'node_modules');
/** Where npm package `node` puts the Node that the project runs on. */
export const projectNodePath = path.join(
  modulesDir,
  'node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);
