import { assert } from '@tidesync/shared/brand';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Tables } from './tables.ts';

type EntryRow = Tables['entries']['$inferSelect'];
/** What the current state and the journal keep of an entry in the same columns. */
type StateRow = Omit<EntryRow, 'libraryId' | 'nameKey' | 'deletedSeq' | 'lastSeq'> & {
  readonly deleted: boolean;
};

export function stateOf(row: StateRow): EntryState {
  const { entryId, parentId, name, deleted, mtimeMs, contentSeq, placeSeq, attributesSeq } = row;
  const common = { entryId, parentId, name, contentSeq, placeSeq, attributesSeq, deleted, mtimeMs };
  switch (row.kind) {
    case 'folder':
      return { kind: 'folder', ...common };
    case 'file': {
      const { contentId, sizeBytes, executable } = row;
      assert(contentId !== null, 'a file has content');
      return { kind: 'file', ...common, contentId, sizeBytes, executable };
    }
    case 'symlink':
      assert(row.target !== null, 'a symlink has a target');
      return { kind: 'symlink', ...common, target: row.target };
  }
}

/** The columns of `stateOf`, for either table. */
export function columnsOf(state: EntryState) {
  const { entryId, parentId, name, kind, mtimeMs, contentSeq, placeSeq, attributesSeq } = state;
  const file = state.kind === 'file' ? state : null;
  return {
    entryId,
    parentId,
    name,
    kind,
    contentId: file?.contentId ?? null,
    sizeBytes: file?.sizeBytes ?? 0,
    executable: file?.executable ?? false,
    target: state.kind === 'symlink' ? state.target : null,
    mtimeMs,
    contentSeq,
    placeSeq,
    attributesSeq,
  };
}
