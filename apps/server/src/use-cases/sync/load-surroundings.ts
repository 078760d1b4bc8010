import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import { entriesNamed, LibraryView, placesWanted } from '../../domain/library-view.ts';
import type { Reads } from '../../ports/store.ts';

/** Loads the part of a library that the operations touch. */
export async function loadSurroundings(
  reads: Reads,
  libraryId: LibraryId,
  ops: readonly Op[],
): Promise<LibraryView> {
  const states = await loadWithAncestors(reads, libraryId, entriesNamed(ops));
  const isLiveFolder = (id: EntryId) => {
    const state = states.get(id);
    return id === topFolderOf(libraryId) || (state?.kind === 'folder' && !state.deleted);
  };
  // A folder that is not there yet has no occupants, so nothing is asked about the inside of new folders.
  const places = placesWanted(ops).filter((place) => isLiveFolder(place.parentId));
  const occupants = await reads.tree.entriesAt(libraryId, places);
  const deleted = ops.flatMap((op) => (op.op === 'delete' && isLiveFolder(op.entryId) ? [op.entryId] : []));
  const childCounts = await reads.tree.childCounts(libraryId, [...new Set(deleted)]);
  return new LibraryView(libraryId, { entries: [...states.values()], occupants, childCounts });
}

/** The entries and all folders above them, deleted ones too; one query per level. */
export async function loadWithAncestors(
  reads: Reads,
  libraryId: LibraryId,
  ids: readonly EntryId[],
): Promise<Map<EntryId, EntryState>> {
  const top = topFolderOf(libraryId);
  const loaded = new Map<EntryId, EntryState>();
  const askedFor = new Set<EntryId>([top]);
  let wanted = new Set(ids);
  wanted.delete(top);
  while (wanted.size > 0) {
    for (const id of wanted) askedFor.add(id);
    const states = await reads.tree.entries(libraryId, [...wanted]);
    for (const state of states) loaded.set(state.entryId, state);
    wanted = new Set(states.map((state) => state.parentId).filter((id) => !askedFor.has(id)));
  }
  return loaded;
}
