import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';

/** Operations as a device writes them that has seen the given states. */
export const makeOp = {
  folder: (entryId: EntryId, parentId: EntryId, name: string): Op => ({
    op: 'create',
    entryId,
    parentId,
    name: name as EntryName,
    mtimeMs: 1,
    body: { kind: 'folder' },
  }),
  file: (entryId: EntryId, at: { parentId: EntryId; name: string; contentId: ContentId }): Op => ({
    op: 'create',
    entryId,
    parentId: at.parentId,
    name: at.name as EntryName,
    mtimeMs: 1,
    body: { kind: 'file', contentId: at.contentId, executable: false },
  }),
  symlink: (entryId: EntryId, at: { parentId: EntryId; name: string; target: string }): Op => ({
    op: 'create',
    entryId,
    parentId: at.parentId,
    name: at.name as EntryName,
    mtimeMs: 1,
    body: { kind: 'symlink', target: at.target },
  }),
  write: (seen: EntryState, contentId: ContentId): Op => ({
    op: 'write',
    entryId: seen.entryId,
    baseContentSeq: seen.contentSeq,
    contentId,
    mtimeMs: 2,
  }),
  retarget: (seen: EntryState, target: string): Op => ({
    op: 'retarget',
    entryId: seen.entryId,
    baseContentSeq: seen.contentSeq,
    target,
    mtimeMs: 2,
  }),
  move: (seen: EntryState, parentId: EntryId, name: string): Op => ({
    op: 'move',
    entryId: seen.entryId,
    basePlaceSeq: seen.placeSeq,
    parentId,
    name: name as EntryName,
  }),
  attributes: (seen: EntryState, executable: boolean): Op => ({
    op: 'attributes',
    entryId: seen.entryId,
    baseAttributesSeq: seen.attributesSeq,
    executable,
    mtimeMs: 3,
  }),
  remove: (seen: EntryState): Op => ({
    op: 'delete',
    entryId: seen.entryId,
    baseContentSeq: seen.contentSeq,
    basePlaceSeq: seen.placeSeq,
  }),
};
