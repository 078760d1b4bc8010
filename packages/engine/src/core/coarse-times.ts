import type { Stamp } from './entry.ts';

/** Where times are that coarse (FAT: two seconds), two changes in one tick look the same. */
export const TICK_MS = 2_000;
/** How far the clock of a disk and ours may be apart, or ours may have been set back, between a save and our look. */
const APART_MS = 5 * TICK_MS;

/** Whole seconds, as disks have them that keep no finer times. */
function isCoarse(timeNs: string): boolean {
  return BigInt(timeNs) % 1_000_000_000n === 0n;
}

/**
 * Whether a save of the same length, made since then, could leave the very time of modification that this stamp has.
 * Our own renames and links change the time of change, so in the moment of a step that one tells nothing.
 */
export function mayHideSave({ mtimeNs }: Stamp, sinceMs: number): boolean {
  return isCoarse(mtimeNs) && Number(BigInt(mtimeNs) / 1_000_000n) >= sinceMs - APART_MS;
}

/** Whether neither time of a stamp is finer than whole seconds. */
export function hasCoarseTimes({ ctimeNs, mtimeNs }: Stamp): boolean {
  return isCoarse(ctimeNs) && isCoarse(mtimeNs);
}

/** How long ago a file changed last; negative where its time is in the future (a wrong clock). */
export function changedAgoMs({ ctimeNs }: Stamp, nowMs: number): number {
  return nowMs - Number(BigInt(ctimeNs) / 1_000_000n);
}

/** Whether the tick of a file's last change was not over at that time: it could change once more without a sign. */
export function isInTick(stamp: Stamp, atMs: number): boolean {
  const ageMs = changedAgoMs(stamp, atMs);
  return hasCoarseTimes(stamp) && ageMs >= 0 && ageMs < TICK_MS;
}
