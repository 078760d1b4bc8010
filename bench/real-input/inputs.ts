import { cp } from 'node:fs/promises';
import path from 'node:path';
import { repoDir } from '../../test/e2e/cli-process.ts';
import { makeFolders } from '../large-tree/make-folders.ts';
import { makeHugeFile } from './make-huge-file.ts';
import { makeFolder, makeTree } from './make-tree.ts';
import type { Input } from './sync-input.ts';

/** How much of the real input is synced. */
export interface Share {
  /** One in so many installed packages; all links are there in any case, so some lead nowhere. */
  readonly onePackageIn: number;
  readonly madeFiles: number;
}

/** `npm run real-input`. */
export const WHOLE: Share = { onePackageIn: 1, madeFiles: 20_000 };
/** `npm test`: the same kinds of files, of the size that a test has time for. */
export const PART: Share = { onePackageIn: 8, madeFiles: 5_000 };

/** What this very repository has installed, links as links, and a made tree. */
export function realInputs({ onePackageIn, madeFiles }: Share): readonly Input[] {
  return [
    { name: 'node_modules', fill: (folder) => copyInstalled(folder, onePackageIn) },
    { name: 'made tree', fill: (folder) => makeTree(folder, madeFiles) },
  ];
}

/** `npm run real-input -- --files 100000`. */
export function oneFolder(files: number): readonly Input[] {
  return [{ name: 'one folder', fill: (folder) => makeFolder(folder, files) }];
}

/** The same with `--folders`. */
export function manyFolders(files: number): readonly Input[] {
  return [{ name: 'folders of a thousand', fill: async (folder) => makeFolders(folder, files) }];
}

/** `npm run real-input -- --huge 200`, in GB. */
export function hugeFile(gigabytes: number): readonly Input[] {
  return [{ name: 'huge file', fill: (folder) => makeHugeFile(folder, gigabytes) }];
}

function copyInstalled(folder: string, onePackageIn: number): Promise<void> {
  let packages = 0;
  return cp(path.join(repoDir, 'node_modules'), folder, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: (one) => {
      // Programs that run beside us write here.
      if (/\/node_modules\/\.(cache|vite|vite-temp|vitest)(\/|$)/.test(one)) return false;
      return !/\/node_modules\/\.pnpm\/[^/]+@[^/]+$/.test(one) || packages++ % onePackageIn === 0;
    },
  });
}
