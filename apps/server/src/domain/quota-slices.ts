import { limits } from '@tidesync/shared/limits';

/** A member's part of its organisation's pool, and what it needs of it. */
export interface SliceHolder {
  readonly sliceBytes: number;
  readonly usedBytes: number;
  readonly reservedBytes: number;
}
/** An organisation's pool. What is handed out may pass a limit that was lowered below it. */
export interface Pool {
  readonly limitBytes: number;
  readonly slicedBytes: number;
}

export const freeBytesOf = (pool: Pool): number => Math.max(0, pool.limitBytes - pool.slicedBytes);

/** What a member holds of the pool and does not need now. */
export function idleBytesOf({ sliceBytes, usedBytes, reservedBytes }: SliceHolder): number {
  return Math.max(0, sliceBytes - usedBytes - reservedBytes);
}

/** How much larger a member's slice has to be before it can take `wantedBytes` more. */
export function shortBytesOf(
  { sliceBytes, usedBytes, reservedBytes }: SliceHolder,
  wantedBytes: number,
): number {
  return Math.max(0, usedBytes + reservedBytes + wantedBytes - sliceBytes);
}

/**
 * What a member takes of the pool that is short by so much: a stock for the uploads to come, smaller as the pool runs
 * low, and the last of it if that is enough. Null if the pool has not got it.
 */
export function sliceToTake(pool: Pool, shortBytes: number): number | null {
  const freeBytes = freeBytesOf(pool);
  if (freeBytes < shortBytes) return null;
  return Math.min(freeBytes, Math.max(shortBytes, stockOf(pool)));
}

/** What a member gives back by itself: all that is idle of a pool that is over its limit, else what is far too much. */
export function sliceToGiveBack(pool: Pool, member: SliceHolder): number {
  const idleBytes = idleBytesOf(member);
  const overBytes = pool.slicedBytes - pool.limitBytes;
  if (overBytes > 0) return Math.min(idleBytes, overBytes);
  const stockBytes = stockOf(pool);
  return idleBytes > 2 * stockBytes ? idleBytes - stockBytes : 0;
}

/** How much of what others leave idle a member needs for itself, each giving no more than it can spare. */
export function planReclaim<Id>(
  donors: readonly { readonly id: Id; readonly idleBytes: number }[],
  neededBytes: number,
): { readonly id: Id; readonly sizeBytes: number }[] | null {
  const plan: { id: Id; sizeBytes: number }[] = [];
  let leftBytes = neededBytes;
  for (const { id, idleBytes } of donors.toSorted((a, b) => b.idleBytes - a.idleBytes)) {
    if (leftBytes === 0) break;
    const sizeBytes = Math.min(idleBytes, leftBytes);
    if (sizeBytes === 0) break;
    plan.push({ id, sizeBytes });
    leftBytes -= sizeBytes;
  }
  return leftBytes === 0 ? plan : null;
}

function stockOf(pool: Pool): number {
  const shareBytes = Math.floor(freeBytesOf(pool) / limits.sliceDivisor);
  return Math.min(limits.sliceBytesMax, Math.max(limits.sliceBytesMin, shareBytes));
}
