import type { PackEntry } from '@tidesync/shared/pack-format';
import { PACK_FOOTER_BYTES } from '@tidesync/shared/pack-format';

/** A row of the index is about 170 bytes of JSON. */
const INDEX_BYTES_PER_ENTRY_MAX = 256;
const INDEX_BYTES_BASE_MAX = 1_024;

/**
 * Why these entries cannot be what the pack holds; null if they can. A pack without chunks for its bytes is
 * refused, because nobody would be charged for them.
 */
export function packFault(sizeBytes: number, entries: readonly PackEntry[]): string | null {
  for (const entry of entries) {
    if (entry.offset + entry.storedBytes > sizeBytes - PACK_FOOTER_BYTES)
      return 'a chunk ends outside its pack';
    const plain = entry.storedBytes === entry.plainBytes && entry.storedSha256 === entry.chunkId;
    if (!plain) return 'a chunk that is stored plain differs from what is stored';
  }
  const chunkBytes = entries.reduce((sum, entry) => sum + entry.storedBytes, 0);
  const indexBytesMax = INDEX_BYTES_BASE_MAX + entries.length * INDEX_BYTES_PER_ENTRY_MAX;
  return sizeBytes > chunkBytes + indexBytesMax ? 'a pack has bytes that belong to no chunk' : null;
}

/**
 * An upload signs no more packs than so many times what it holds room for: a device that was interrupted may pack the
 * same chunks anew, but nobody fills the store with packs that no quota counts.
 */
const SIGNED_PER_RESERVED_MAX = 3;

/** Whether the packs that an upload has signed and not sealed are still within the room that it holds. */
export function isWithinRoom(upload: {
  readonly reservedBytes: number;
  readonly reservedChunks: number;
  readonly signedBytes: number;
  readonly signedPacks: number;
}): boolean {
  const { reservedBytes, reservedChunks, signedBytes, signedPacks } = upload;
  const indexBytes = reservedChunks * INDEX_BYTES_PER_ENTRY_MAX;
  const roomBytes = SIGNED_PER_RESERVED_MAX * (reservedBytes + indexBytes);
  const roomPacks = SIGNED_PER_RESERVED_MAX * reservedChunks;
  return signedPacks <= roomPacks && signedBytes <= roomBytes + signedPacks * INDEX_BYTES_BASE_MAX;
}
