import { factsOf } from '../adapters/object-store/object-facts.ts';
import type { ObjectKey, ObjectStore } from '../ports/object-store.ts';

export interface MemoryObjects extends ObjectStore {
  /** What a client does with a signed URL, without the network. */
  put(key: string, bytes: Uint8Array): void;
  readonly keys: () => string[];
}

/** Objects in memory whose URLs are their keys; for tests that are about something else. */
export function memoryObjects(): MemoryObjects {
  const objects = new Map<string, Uint8Array>();
  return {
    put: (key, bytes) => void objects.set(key, bytes),
    keys: () => [...objects.keys()],
    signPut: async ({ key }) => ({ url: key, headers: {} }),
    signGet: async ({ key }) => key,
    async head(key: ObjectKey) {
      const bytes = objects.get(key);
      return bytes === undefined ? null : factsOf(bytes);
    },
    read: async (key) => objects.get(key) ?? null,
    async write(key, bytes) {
      if (objects.has(key)) return 'exists';
      objects.set(key, bytes);
      return 'stored';
    },
    async delete(key) {
      objects.delete(key);
    },
  };
}
