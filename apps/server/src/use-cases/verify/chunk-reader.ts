import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { PackId } from '@tidesync/shared/ids';
import type { PackEntry } from '@tidesync/shared/pack-format';
import type { ObjectReader } from '../../ports/object-reader.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import { sha256Hex } from '../sha256-hex.ts';

/** Where a chunk may lie: in which object, and where in it. */
export interface ChunkPlace extends Pick<PackEntry, 'offset' | 'storedBytes'> {
  readonly key: ObjectKey;
}

/** Whole packs that are kept in memory: what lies beside each other is mostly asked for in turn. */
const PACKS_KEPT_MAX = 4;

/** Reads chunks out of packs and believes nothing but their hash. */
export class ChunkReader {
  readonly #reader: Pick<ObjectReader, 'read'>;
  readonly #packs = new Map<ObjectKey, Uint8Array | null>();

  constructor(reader: Pick<ObjectReader, 'read'>) {
    this.#reader = reader;
  }

  /** The bytes of a chunk from the first place that has them; null if none has. Errors: `storeUnavailable`. */
  async read(ref: ChunkRef, places: readonly ChunkPlace[]): Promise<Uint8Array | null> {
    for (const { key, offset, storedBytes } of places) {
      if (storedBytes !== ref.sizeBytes) continue;
      const pack = await this.pack(key);
      const bytes = pack?.subarray(offset, offset + storedBytes);
      if (bytes?.length === storedBytes && sha256Hex(bytes) === ref.id) return bytes;
    }
    return null;
  }

  /** A whole pack; null for none. */
  async pack(key: ObjectKey): Promise<Uint8Array | null> {
    const known = this.#packs.get(key);
    const pack = known === undefined ? await this.#reader.read(key) : known;
    this.#packs.delete(key);
    this.#packs.set(key, pack);
    const [oldest] = this.#packs.keys();
    if (this.#packs.size > PACKS_KEPT_MAX && oldest !== undefined) this.#packs.delete(oldest);
    return pack;
  }
}

/** Of a library: which of its packs are not what they should be, and why. */
export type UnsoundPacks = ReadonlyMap<PackId, string>;
