import { accessSync, constants, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { nodeDisk } from '../adapters/node-disk.ts';
import type { DiskStep } from './disk-steps.ts';
import { diskScript, FIRST_STEPS } from './disk-steps.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryDisk } from './memory-disk.ts';
import { PersonOnRealDisk } from './person-on-real-disk.ts';
import { differenceOf, everythingOn, PlayedDisk } from './play-disk-steps.ts';

const SCRIPTS = 200;
const SEED = 20_261_128;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function folderIn(parent: string): string {
  const folder = mkdtempSync(path.join(realpathSync(parent), 'tidesync-differential-'));
  folders.push(folder);
  return folder;
}

/** Plays a script on a disk in memory and on a real one, and says at which step they differ. */
async function differenceIn(script: readonly DiskStep[], parent: string): Promise<string | null> {
  const root = folderIn(parent);
  const real = nodeDisk(root);
  const memory = new MemoryDisk({ clock: new FakeClock(1_800_000_000_000) });
  const person = new PersonOnRealDisk(root);
  const onReal = new PlayedDisk(real, person);
  const inMemory = new PlayedDisk(memory, memory.person);
  const pairs = new Map<string, string>();
  try {
    for (const [at, step] of [...FIRST_STEPS, ...script].entries()) {
      const [outcome, really] = [await inMemory.play(step), await onReal.play(step)];
      if (outcome !== really) return `step ${at}: ${outcome}, but really: ${really}`;
      const difference = differenceOf(await everythingOn(memory), person.everything(), pairs);
      if (difference !== null) return `after step ${at}: ${difference}`;
    }
    return differenceOf(await everythingOn(memory), await everythingOn(real), pairs);
  } finally {
    await inMemory.end();
    await onReal.end();
    rmSync(root, { recursive: true });
  }
}

function places(): [string, string][] {
  const found: [string, string][] = [['the disk of temporary files', tmpdir()]];
  try {
    accessSync('/dev/shm', constants.W_OK);
    found.push(['a tmpfs', '/dev/shm']);
  } catch {
    // Not every system has one.
  }
  return found;
}

test.each(places())('scripts end on the disk in memory as on %s', async (_, parent) => {
  const property = fc.asyncProperty(diskScript, async (script) => {
    expect(await differenceIn(script, parent)).toBeNull();
  });
  await fc.assert(property, { seed: SEED, numRuns: SCRIPTS });
});
