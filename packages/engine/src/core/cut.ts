import { assert } from '@tidesync/shared/brand';
import { limits } from '@tidesync/shared/limits';

/** Written into every library's chunk ids: another seed, and nothing that was stored is found again. */
const GEAR_SEED = 0x74696465;

/** One random 32-bit number for each byte value: a Weyl sequence from the seed through an integer mixer. */
export function gearTable(): Int32Array {
  const table = new Int32Array(256);
  for (let value = 0; value < 256; value++) {
    let mixed = (GEAR_SEED + Math.imul(value + 1, 0x9e3779b9)) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    table[value] = mixed ^ (mixed >>> 15);
  }
  return table;
}

const gear = gearTable();

/** Normalisation level 2: two bits more before the average length, two fewer after it. */
const NORMAL_BITS = Math.log2(limits.chunkBytesAverage);
const SHORT_MASK = topBits(NORMAL_BITS + 2);
const LONG_MASK = topBits(NORMAL_BITS - 2);

/** The upper bits of the fingerprint are the ones that depend on most of the last 32 bytes. */
function topBits(count: number): number {
  assert(Number.isInteger(count) && count > 0 && count < 32, 'a mask fits the fingerprint');
  return -1 << (32 - count);
}

export interface Cuts {
  /**
   * Takes the file's next slice; answers the offsets in it at which chunks end, in order. How the file is
   * sliced does not matter.
   */
  feed(slice: Uint8Array): number[];
  /** Bytes since the last end: the last chunk, which nothing but the file's end has cut; 0 for none. */
  finish(): number;
}

/**
 * Cuts one file into content-defined chunks.
 * Shape:  over a whole file the chunks cover it in order, without gap or overlap.
 * Units:  bytes; chunkBytesMin ≤ chunk ≤ chunkBytesMax, the last may be shorter.
 * Errors: none.
 * Source: FastCDC (Xia et al., USENIX ATC 2016) on a 32-bit fingerprint; argued in docs/decisions/0003-chunking.md.
 */
export function createCuts(): Cuts {
  let length = 0;
  let fingerprint = 0;
  return {
    feed(slice) {
      const ends: number[] = [];
      let at = 0;
      while (at < slice.length) {
        const step = advance(slice, at, { length, fingerprint });
        at += step.taken;
        length = step.cut ? 0 : length + step.taken;
        fingerprint = step.fingerprint;
        if (step.cut) ends.push(at);
      }
      return ends;
    },
    finish: () => length,
  };
}

interface Position {
  /** Of the chunk so far. */
  readonly length: number;
  readonly fingerprint: number;
}

/** Takes what is left of the slice, or up to the chunk's end if that comes first. */
function advance(slice: Uint8Array, from: number, { length, fingerprint }: Position) {
  const { chunkBytesMin, chunkBytesAverage, chunkBytesMax } = limits;
  // No chunk is shorter than the minimum, so its first bytes are not even looked at.
  const skipped = Math.min(Math.max(0, chunkBytesMin - length), slice.length - from);
  const start = from + skipped;
  const average = Math.min(slice.length, Math.max(start, from + chunkBytesAverage - length));
  const longest = Math.min(slice.length, from + chunkBytesMax - length);
  let hash = fingerprint;
  let at = start;
  for (; at < average; at++) {
    hash = ((hash << 1) + (gear[slice[at] as number] as number)) | 0;
    if ((hash & SHORT_MASK) === 0) return { taken: at + 1 - from, cut: true, fingerprint: 0 };
  }
  for (; at < longest; at++) {
    hash = ((hash << 1) + (gear[slice[at] as number] as number)) | 0;
    if ((hash & LONG_MASK) === 0) return { taken: at + 1 - from, cut: true, fingerprint: 0 };
  }
  const full = length + (at - from) === chunkBytesMax;
  return { taken: at - from, cut: full, fingerprint: full ? 0 : hash };
}
