import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { RelPath } from '@tidesync/shared/names';
import type { Stamp } from '../../core/entry.ts';
import { sameStamp } from '../../core/entry.ts';
import type { PathTrouble } from '../../core/trouble.ts';
import type { Disk, ReadHandle } from '../../ports/disk.ts';
import { isDiskError } from '../../ports/disk.ts';
import type { Sha256 } from '../../ports/environment.ts';
import { readMeaning } from './disk-trouble.ts';

/** A chunk and where it begins in its file. */
export interface Place {
  readonly ref: ChunkRef;
  readonly offset: number;
}

export function placesOf(chunks: readonly ChunkRef[]): Place[] {
  let offset = 0;
  return chunks.map((ref) => {
    const place = { ref, offset };
    offset += ref.sizeBytes;
    return place;
  });
}

/** The bytes at a place, or null where the file does not hold that chunk there (any more). */
export async function readChunk(file: ReadHandle, place: Place, sha256: Sha256): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(place.ref.sizeBytes);
  let filled = 0;
  while (filled < bytes.length) {
    const count = await file.read(bytes.subarray(filled), place.offset + filled);
    if (count === 0) return null;
    filled += count;
  }
  return sha256(bytes) === place.ref.id ? bytes : null;
}

export type ReadEnd =
  | { readonly is: 'same' }
  | { readonly is: 'changed' }
  | { readonly is: 'trouble'; readonly trouble: PathTrouble };

export interface ReadOrder {
  readonly path: RelPath;
  /** What the file must be, before and after. */
  readonly stamp: Stamp;
  readonly places: readonly Place[];
  readonly onChunk: (ref: ChunkRef, bytes: Uint8Array) => Promise<void> | void;
}

/**
 * Reads some chunks of a file in one opening, each checked by its hash. `onChunk` may have heard good chunks
 * of a file that turns out to have changed. Rejects only as `onChunk` does.
 */
export async function readChunks(
  disk: Pick<Disk, 'openForRead'>,
  sha256: Sha256,
  order: ReadOrder,
): Promise<ReadEnd> {
  let file: ReadHandle | null = null;
  try {
    file = await disk.openForRead(order.path);
    if (!sameStamp((await file.stat()).stamp, order.stamp)) return { is: 'changed' };
    for (const place of order.places) {
      const bytes = await readChunk(file, place, sha256);
      if (bytes === null) return { is: 'changed' };
      await order.onChunk(place.ref, bytes);
    }
    return { is: sameStamp((await file.stat()).stamp, order.stamp) ? 'same' : 'changed' };
  } catch (error) {
    if (!isDiskError(error)) throw error;
    const meaning = readMeaning(error);
    return meaning === 'changed' ? { is: 'changed' } : { is: 'trouble', trouble: meaning };
  } finally {
    // A file that was only read has nothing to lose at its closing.
    await file?.close().catch(() => undefined);
  }
}
