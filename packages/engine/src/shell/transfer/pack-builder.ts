import { assert } from '@tidesync/shared/brand';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { PackEntry } from '@tidesync/shared/pack-format';
import { encodePackEnd } from '@tidesync/shared/pack-format';
import type { Sha256 } from '../../ports/environment.ts';
import { transferLimits } from './transfer-limits.ts';

export interface BuiltPack {
  /** Content, then the index; one buffer. */
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly entries: readonly PackEntry[];
}

/** Fills one pack in memory. Chunks lie in it in the order they were added, without gaps. */
export interface PackBuilder {
  readonly isEmpty: boolean;
  hasRoomFor(sizeBytes: number): boolean;
  /** Copies the chunk; its hash is the caller's promise. Adding without room is a bug. */
  add(ref: ChunkRef, bytes: Uint8Array): void;
  /** Adding afterwards is a bug. */
  finish(): BuiltPack;
}

export interface PackBounds {
  readonly bytesMax: number;
  readonly chunksMax: number;
}
const defaultBounds: PackBounds = { bytesMax: limits.packBytesMax, chunksMax: limits.packChunksMax };

const firstBufferBytes = 256 * 1024;

/** `bounds` other than the product's are for tests. */
export function createPackBuilder(sha256: Sha256, bounds: PackBounds = defaultBounds): PackBuilder {
  const encoder = new TextEncoder();
  const bytesMax = bounds.bytesMax + transferLimits.packIndexBytesMax;
  let buffer = new Uint8Array(Math.min(firstBufferBytes, bytesMax));
  let length = 0;
  let finished = false;
  const entries: PackEntry[] = [];

  const grow = (neededBytes: number) => {
    assert(neededBytes <= bytesMax, 'a pack and its index keep within their buffer');
    if (neededBytes <= buffer.length) return;
    // A small batch stays small; one that has grown past half takes the whole, so that little is copied.
    const wishBytes = Math.max(neededBytes, buffer.length * 4);
    const next = new Uint8Array(wishBytes * 2 > bytesMax ? bytesMax : wishBytes);
    next.set(buffer.subarray(0, length));
    buffer = next;
  };
  const append = (bytes: Uint8Array) => {
    grow(length + bytes.length);
    buffer.set(bytes, length);
    length += bytes.length;
  };
  const hasRoomFor = (sizeBytes: number) =>
    length + sizeBytes <= bounds.bytesMax && entries.length < bounds.chunksMax;

  return {
    get isEmpty() {
      return entries.length === 0;
    },
    hasRoomFor,
    add(ref, bytes) {
      assert(!finished && hasRoomFor(ref.sizeBytes), 'chunks are added while there is room');
      assert(bytes.length === ref.sizeBytes, 'a chunk has the size its reference says');
      entries.push(entryOf(ref.id, length, bytes.length));
      append(bytes);
    },
    finish() {
      assert(!finished && entries.length > 0, 'a pack is finished once and is not empty');
      finished = true;
      append(encodePackEnd(entries, (text) => encoder.encode(text)));
      const bytes = buffer.subarray(0, length);
      return { bytes, sha256: sha256(bytes), entries };
    },
  };
}

function entryOf(chunkId: ChunkId, offset: number, sizeBytes: number): PackEntry {
  return {
    chunkId,
    offset,
    storedBytes: sizeBytes,
    plainBytes: sizeBytes,
    codec: 'plain',
    storedSha256: chunkId,
  };
}
