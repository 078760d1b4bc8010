import { cp } from 'node:fs/promises';
import path from 'node:path';
import { repoDir } from '../../test/e2e/cli-process.ts';
import { makeTree } from './make-tree.ts';
import type { Input } from './sync-input.ts';

const FILES = 20_000;

/** What this very repository has installed, links as links, and a made tree of 20,000 files. */
export const realInputs: readonly Input[] = [
  {
    name: 'node_modules',
    fill: (folder) =>
      cp(path.join(repoDir, 'node_modules'), folder, {
        recursive: true,
        preserveTimestamps: true,
        verbatimSymlinks: true,
        // Programs that run beside us write here.
        filter: (one) => !/\/node_modules\/\.(cache|vite|vite-temp|vitest)(\/|$)/.test(one),
      }),
  },
  { name: 'made tree', fill: (folder) => makeTree(folder, FILES) },
];
