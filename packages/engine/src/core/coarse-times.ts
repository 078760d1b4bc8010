import type { Stamp } from './entry.ts';

/** Where times are that coarse (FAT: two seconds), two changes in one tick look the same. */
export const TICK_MS = 2_000;
/** How far the clock of a disk and ours may be apart, or ours may have been set back, between a save and our look. */
const APART_MS = 5 * TICK_MS;

/** Whole seconds, as disks have them that keep no finer times. */
export function isCoarse(timeNs: string): boolean {
  return BigInt(timeNs) % 1_000_000_000n === 0n;
}

/**
 * Whether a save of the same length, made since then, could leave the very time of modification that this stamp has.
 * Our own renames and links change the time of change, so in the moment of a step that one tells nothing.
 */
export function mayHideSave({ mtimeNs }: Stamp, sinceMs: number): boolean {
  return isCoarse(mtimeNs) && Number(BigInt(mtimeNs) / 1_000_000n) >= sinceMs - APART_MS;
}

/** Whether the tick of a file's last change was not over at that time: it could change once more without a sign. */
export function isInTick({ ctimeNs, mtimeNs }: Stamp, atMs: number): boolean {
  const ageMs = atMs - Number(BigInt(ctimeNs) / 1_000_000n);
  return isCoarse(ctimeNs) && isCoarse(mtimeNs) && ageMs >= 0 && ageMs < TICK_MS;
}
