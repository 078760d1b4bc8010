// What is built from sources and kept until one of them is newer.

import { existsSync, globSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './setup/lock.mjs';
import { repoDir } from './setup/paths.mjs';

export interface Built {
  /** For people, with its article. */
  readonly name: string;
  readonly outDir: string;
  /** Patterns from the top of the repository. */
  readonly sources: readonly string[];
  /** Fills `outDir`. Errors: with the tool's last words. */
  build(): Promise<void> | void;
}

const TESTS = ['**/*.test.ts', '**/*.test.tsx'];
const stampOf = ({ outDir }: Built) => path.join(outDir, 'built');

/** Whether what lies in the folder is older than what it is made of, or not there. */
export function isStale(built: Built): boolean {
  if (!existsSync(stampOf(built))) return true;
  const builtMs = statSync(stampOf(built)).mtimeMs;
  return globSync(built.sources, { cwd: repoDir, exclude: TESTS }).some(
    (file) => statSync(path.join(repoDir, file)).mtimeMs > builtMs,
  );
}

/** Builds if need be; of several that come at once, one builds and the others wait. Errors: those of `build`. */
export async function ensureBuilt(built: Built, say: (line: string) => void): Promise<void> {
  if (!isStale(built)) return;
  mkdirSync(path.dirname(built.outDir), { recursive: true });
  await withLock(
    `${built.outDir}.lock`,
    async () => {
      if (!isStale(built)) return;
      say(`building ${built.name}; this takes some seconds`);
      const startedMs = Date.now();
      await built.build();
      // Sources that were changed meanwhile are newer than this, and are built the next time.
      writeFileSync(stampOf(built), new Date(startedMs).toISOString());
      utimesSync(stampOf(built), startedMs / 1000, startedMs / 1000);
    },
    () => say(`another build of ${built.name} is running; waiting for it`),
  );
}
