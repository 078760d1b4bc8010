import { assert } from '@tidesync/shared/brand';
import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { EntryState } from '@tidesync/shared/wire/entries';

/** The path of an entry, by the names its folders have or last had. */
export function pathOf(state: EntryState, folders: ReadonlyMap<EntryId, EntryState>): string {
  return foldersAbove(state, folders)
    .map((one) => one.name)
    .join('/');
}

/** An entry and the folders that lead to it, from the top down, the entry itself last. */
export function foldersAbove(
  state: EntryState,
  folders: ReadonlyMap<EntryId, EntryState>,
): { readonly entryId: EntryId; readonly name: EntryName }[] {
  const line = [state];
  const above = new Set([state.entryId]);
  for (let folder = folders.get(state.parentId); folder !== undefined; ) {
    assert(!above.has(folder.entryId), 'no folder lies within itself, nor did when it was deleted');
    above.add(folder.entryId);
    line.unshift(folder);
    folder = folders.get(folder.parentId);
  }
  return line.map(({ entryId, name }) => ({ entryId, name }));
}
