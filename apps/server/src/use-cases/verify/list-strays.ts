import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { ObjectReader } from '../../ports/object-reader.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Store } from '../../ports/store.ts';
import type { VerifyWatch } from './verify-watch.ts';
import { counting } from './verify-watch.ts';

export interface Strays {
  readonly found: number;
  readonly objects: readonly { readonly key: ObjectKey; readonly sizeBytes: number | null }[];
}
const KEYS_PER_LOOK = 500;

/** Objects that no metadata speak of. They are only told of. Errors: `storeUnavailable`, `databaseUnavailable`. */
export async function listStrays(
  { store, objects }: { readonly store: Pick<Store, 'read'>; readonly objects: ObjectReader },
  libraryId: LibraryId | null,
  watch: VerifyWatch,
): Promise<Strays> {
  const told = counting(watch, 'listed', null);
  const strays: { key: ObjectKey; sizeBytes: number | null }[] = [];
  let found = 0;
  let after = libraryId === null ? null : (`${libraryId}/` as ObjectKey);
  for (;;) {
    if (watch.signal.aborted) break;
    const keys = await objects.list({ after, limit: KEYS_PER_LOOK });
    const own = libraryId === null ? keys : keys.filter((key) => key.startsWith(`${libraryId}/`));
    for (const key of await unknown(store, own)) {
      found += 1;
      if (strays.length < limits.findingsShownMax) strays.push({ key, sizeBytes: await objects.sizeOf(key) });
    }
    told.add(own.length);
    after = keys.at(-1) ?? null;
    if (keys.length < KEYS_PER_LOOK || own.length < keys.length) break;
  }
  return { found, objects: strays };
}

async function unknown({ read }: Pick<Store, 'read'>, keys: readonly ObjectKey[]): Promise<ObjectKey[]> {
  const strays: ObjectKey[] = [];
  for (const [library, own] of Map.groupBy(keys, (key) => key.slice(0, key.indexOf('/')))) {
    const packIds = own.map((key) => key.slice(key.indexOf('/') + 1) as PackId);
    const known = new Set(
      (await read.content.packs(library as LibraryId, packIds)).map((pack) => pack.packId),
    );
    strays.push(...own.filter((_key, at) => !known.has(packIds[at] as PackId)));
  }
  return strays;
}
