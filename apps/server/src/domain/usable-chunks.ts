import type { ChunkRef } from '@tidesync/shared/chunk-list';

/**
 * Chunks that an account may rely on. A reference counts only with the length it was stored with: whoever gives
 * another one for the same hash has other bytes.
 */
export class UsableChunks {
  readonly #keys: ReadonlySet<string>;

  constructor(stored: readonly ChunkRef[]) {
    this.#keys = new Set(stored.map(keyOf));
  }

  has(ref: ChunkRef): boolean {
    return this.#keys.has(keyOf(ref));
  }
}

const keyOf = (ref: ChunkRef) => `${ref.id}.${ref.sizeBytes}`;
