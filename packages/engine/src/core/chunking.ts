import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import type { Sha256Stream } from '@tidesync/shared/sha256';
import { createCuts } from './cut.ts';

/** Cuts and hashes one file, whose bytes come in slices of any size. */
export interface Chunking {
  feed(slice: Uint8Array): void;
  /** Once, after the last byte. */
  finish(): ChunkRef[];
}

/** `startHash`: a hash that has heard nothing yet; each chunk has one of its own. */
export function createChunking(startHash: () => Sha256Stream): Chunking {
  const cuts = createCuts();
  const chunks: ChunkRef[] = [];
  let hash = startHash();
  let sizeBytes = 0;
  const end = (): void => {
    chunks.push({ id: hash.digest() as ChunkId, sizeBytes });
    hash = startHash();
    sizeBytes = 0;
  };
  const take = (part: Uint8Array): void => {
    hash.update(part);
    sizeBytes += part.length;
  };
  return {
    feed(slice) {
      let from = 0;
      for (const to of cuts.feed(slice)) {
        take(slice.subarray(from, to));
        end();
        from = to;
      }
      take(slice.subarray(from));
    },
    finish() {
      if (cuts.finish() > 0) end();
      return chunks;
    },
  };
}
