import type { ObjectReader } from '../ports/object-reader.ts';
import type { ObjectKey } from '../ports/object-store.ts';
import type { MemoryObjects } from './memory-objects.ts';

/** Objects in memory as checks and rescues see them. */
export function readerOf(objects: MemoryObjects): ObjectReader {
  return {
    sizeOf: async (key) => (await objects.read(key))?.length ?? null,
    read: (key) => objects.read(key),
    async list({ after, limit }) {
      const keys = objects
        .keys()
        .toSorted()
        .filter((key) => after === null || key > after);
      return keys.slice(0, limit) as ObjectKey[];
    },
  };
}
