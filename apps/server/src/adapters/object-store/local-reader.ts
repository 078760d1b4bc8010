import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { ObjectReader } from '../../ports/object-reader.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import { parseObjectKey } from '../../ports/object-store.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
const isAbsent = (error: unknown) => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

/** The objects in a data folder, which may be on a disk that is read-only. Writes nothing, and clears nothing. */
export function localReader(dataDir: string): ObjectReader {
  const dir = join(dataDir, 'objects');
  return {
    sizeOf: (key) => orNull(async () => plainSize(join(dir, key))),
    read: (key) =>
      orNull(async () => {
        const sizeBytes = await plainSize(join(dir, key));
        if (sizeBytes === null) return null;
        if (sizeBytes > limits.objectBytesMax) {
          fail({ reason: 'storeUnavailable', detail: `object ${key} is larger than any pack` });
        }
        return readFile(join(dir, key));
      }),
    list: ({ after, limit }) => listKeys(dir, after, limit),
  };
}

async function plainSize(path: string): Promise<number | null> {
  const found = await stat(path);
  return found.isFile() ? found.size : null;
}

async function listKeys(dir: string, after: ObjectKey | null, limit: number): Promise<ObjectKey[]> {
  const found: ObjectKey[] = [];
  const from = after?.slice(0, after.indexOf('/')) ?? '';
  for (const library of (await namesIn(dir)).filter((name) => name >= from)) {
    for (const name of await namesIn(join(dir, library))) {
      const key = parseObjectKey(`${library}/${name}`);
      if (key === null || (after !== null && key <= after)) continue;
      if (found.length === limit) return found;
      found.push(key);
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  return ((await orNull(() => readdir(folder))) ?? []).toSorted();
}

/** Null for what is not there; other trouble of the disk is the store's. */
async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isAbsent(error)) return null;
    if (codeOf(error) === '') throw error;
    return fail({ reason: 'storeUnavailable', detail: `local folder: ${codeOf(error)}` }, error);
  }
}
