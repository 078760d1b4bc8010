// Several people and scripts may start at once; only one of them may install or build.

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repoDir } from './paths.mjs';
import { say } from './report.mjs';

const setupLockDir = path.join(repoDir, '.setup-lock');
/** A lock whose owner is not written yet is someone in the middle of taking it, unless it stays so. */
const ownerlessMsMax = 5_000;
const pollMs = 250;

/** @param {string} lockDir */
const ownerPathOf = (lockDir) => path.join(lockDir, 'owner');

/**
 * @param {string} lockDir
 * @returns {boolean} whether this process now holds the lock
 */
function tryTake(lockDir) {
  try {
    mkdirSync(lockDir);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(ownerPathOf(lockDir), String(process.pid));
  return true;
}

/**
 * @param {string} lockDir
 * @returns {boolean} whether the one who took the lock is gone without giving it back
 */
function isStale(lockDir) {
  try {
    const owner = Number.parseInt(readFileSync(ownerPathOf(lockDir), 'utf8'), 10);
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
// one, which we would then move. Two installs or builds at once is the worst that follows; both survive that.
/** @param {string} lockDir */
function removeStale(lockDir) {
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
export function withSetupLock(work) {
  return withLock(setupLockDir, work, () => say('another setup of this folder is running; waiting for it'));
}

/**
 * Runs `work` while no other process holds the lock, which is a folder beside others that exist.
 * @param {string} lockDir
 * @param {() => Promise<void>} work
 * @param {() => void} onWait called once, if there is someone to wait for
 */
export async function withLock(lockDir, work, onWait) {
  let told = false;
  while (!tryTake(lockDir)) {
    if (isStale(lockDir)) {
      removeStale(lockDir);
      continue;
    }
    if (!told) onWait();
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
