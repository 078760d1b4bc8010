// Several people and scripts may start at once; only one of them may install.

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repoDir } from './paths.mjs';
import { say } from './report.mjs';

const lockDir = path.join(repoDir, '.setup-lock');
const ownerPath = path.join(lockDir, 'owner');
/** A lock whose owner is not written yet is someone in the middle of taking it, unless it stays so. */
const ownerlessMsMax = 5_000;
const pollMs = 250;

/** @returns {boolean} whether this process now holds the lock */
function tryTake() {
  try {
    mkdirSync(lockDir);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(ownerPath, String(process.pid));
  return true;
}

/** @returns {boolean} whether the one who took the lock is gone without giving it back */
function isStale() {
  try {
    const owner = Number.parseInt(readFileSync(ownerPath, 'utf8'), 10);
    if (Number.isInteger(owner)) return !isAlive(owner);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  try {
    return Date.now() - statSync(lockDir).mtimeMs > ownerlessMsMax;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

// RACE: between judging a lock stale and moving it away another process may have done both and taken a new
// one, which we would then move. Two installs at once is the worst that follows, and pnpm survives that.
function removeStale() {
  const aside = `${lockDir}-stale-${process.pid}`;
  try {
    renameSync(lockDir, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

/**
 * Runs `work` while no other setup of this repository runs.
 * @param {() => Promise<void>} work
 */
export async function withSetupLock(work) {
  let told = false;
  while (!tryTake()) {
    if (isStale()) {
      removeStale();
      continue;
    }
    if (!told) say('another setup of this folder is running; waiting for it');
    told = true;
    await sleep(pollMs);
  }
  try {
    await work();
  } finally {
    rmSync(lockDir, { recursive: true, force: true });
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
