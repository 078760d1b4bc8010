// The stamp remembers what was installed, so that a start with nothing to install costs no more than a few reads.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { modulesDir, projectNodePath, repoDir } from './paths.mjs';

const stampPath = path.join(modulesDir, '.tidesync-installed');
const packageParents = ['packages', 'apps'];

/** @returns {string[]} every file that decides what gets installed, relative to the repository */
function inputs() {
  const nested = packageParents
    .filter((parent) => existsSync(path.join(repoDir, parent)))
    .flatMap((parent) =>
      readdirSync(path.join(repoDir, parent)).map((name) => `${parent}/${name}/package.json`),
    )
    .filter((file) => existsSync(path.join(repoDir, file)));
  return ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...nested.sort()];
}

/** @returns {string} what node_modules should correspond to */
export function wantedStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\0`);
  for (const file of inputs()) hash.update(`${file}\0`).update(readFileSync(path.join(repoDir, file)));
  return hash.digest('hex');
}

/**
 * @param {string} stamp
 * @returns {boolean} whether node_modules is complete and as `stamp` says
 */
export function isInstalled(stamp) {
  return existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp && existsSync(projectNodePath);
}

/** Taken away before an install begins, so that one cut short is never taken for complete. */
export function clearStamp() {
  rmSync(stampPath, { force: true });
}

/** @param {string} stamp */
export function writeStamp(stamp) {
  writeFileSync(stampPath, stamp);
}
