import { assert } from '@tidesync/shared/brand';
import type { EntryId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';

/** The path of an entry, by the names its folders have or last had. */
export function pathOf(state: EntryState, folders: ReadonlyMap<EntryId, EntryState>): string {
  const names: string[] = [state.name];
  const above = new Set([state.entryId]);
  for (let folder = folders.get(state.parentId); folder !== undefined; ) {
    assert(!above.has(folder.entryId), 'no folder lies within itself, nor did when it was deleted');
    above.add(folder.entryId);
    names.unshift(folder.name);
    folder = folders.get(folder.parentId);
  }
  return names.join('/');
}
