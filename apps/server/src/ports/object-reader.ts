import type { ObjectKey } from './object-store.ts';

/**
 * An object store as checks and rescues see it: it is only read, beside a running server too, and nothing in it is
 * made, cleared or signed.
 * - `sizeOf`: null for no object; reads none of its bytes.
 * - `read`: as in `ObjectStore`.
 * - `list`: keys behind `after` in the order of their text; fewer than `limit` are the last. Names that are no keys
 *   of packs are left out.
 * - Rejects with Failure `storeUnavailable`.
 */
export interface ObjectReader {
  sizeOf(key: ObjectKey): Promise<number | null>;
  read(key: ObjectKey): Promise<Uint8Array | null>;
  list(from: { readonly after: ObjectKey | null; readonly limit: number }): Promise<ObjectKey[]>;
}
