import { z } from 'zod';
import { batchId, chain, contentId, deviceId, entryId, libraryId, opId } from '../ids.ts';
import { limits } from '../limits.ts';
import { entryName } from '../names.ts';
import { change, cursor, entryState, seq, symlinkTarget, timeMs } from './entries.ts';

const body = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder') }),
  z.object({ kind: z.literal('file'), contentId, executable: z.boolean() }),
  z.object({ kind: z.literal('symlink'), target: symlinkTarget }),
]);

/**
 * One operation of a commit. `base*Seq` is the version the device saw; the server answers `conflict` if the
 * entry has moved on in that respect. `create` of a deleted entry of this library revives it.
 */
export const op = z.discriminatedUnion('op', [
  z.object({ op: z.literal('create'), entryId, parentId: entryId, name: entryName, mtimeMs: timeMs, body }),
  z.object({ op: z.literal('write'), entryId, baseContentSeq: seq, contentId, mtimeMs: timeMs }),
  z.object({
    op: z.literal('retarget'),
    entryId,
    baseContentSeq: seq,
    target: symlinkTarget,
    mtimeMs: timeMs,
  }),
  z.object({ op: z.literal('move'), entryId, basePlaceSeq: seq, parentId: entryId, name: entryName }),
  z.object({
    op: z.literal('attributes'),
    entryId,
    baseAttributesSeq: seq,
    executable: z.boolean(),
    mtimeMs: timeMs,
  }),
  z.object({ op: z.literal('delete'), entryId, baseContentSeq: seq, basePlaceSeq: seq }),
]);
export type Op = z.infer<typeof op>;
export type OpBody = z.infer<typeof body>;

/** Why an operation lost. The winner's state comes with it, where there is one. */
export const conflictReason = z.enum([
  'version', // the entry has changed since the base version
  'missing', // there is no such entry, or it is deleted
  'exists', // create: the entry id is in use
  'nameTaken', // another entry has that name in that folder; `current` is that entry
  'parent', // the parent is missing, deleted, no folder, or its own create lost
  'cycle', // the folder would lie inside itself
  'notEmpty', // delete of a folder that has children
]);
export type ConflictReason = z.infer<typeof conflictReason>;

export const opResult = z.discriminatedUnion('result', [
  z.object({ result: z.literal('applied'), state: entryState }),
  /** A folder was made where a folder is: the device takes over the winner's id (`state.entryId`). */
  z.object({ result: z.literal('adopted'), state: entryState }),
  z.object({ result: z.literal('conflict'), reason: conflictReason, current: entryState.nullable() }),
]);
export type OpResult = z.infer<typeof opResult>;

export const commitInput = z.object({
  libraryId,
  opId,
  /** The latest point of the history that the device knows; missing from devices that do not say it. */
  after: cursor.optional(),
  /** The batch that it is a part of; a commit without one is a batch of its own. */
  batchId: batchId.optional(),
  ops: z.array(op).min(1).max(limits.opsPerCommitMax),
});
export const commitOutput = z.object({
  /** The library's head after this commit; equal to the head before it if nothing was applied. */
  headSeq: seq,
  chain,
  results: z.array(opResult),
});
export type CommitInput = z.infer<typeof commitInput>;
export type CommitOutput = z.infer<typeof commitOutput>;

/** What became of a commit whose answer was lost; `null`: it was never applied. */
export const commitLookupInput = z.object({ libraryId, opId });
export const commitLookupOutput = commitOutput.nullable();

export const changesListInput = z.object({
  libraryId,
  cursor,
  limit: z
    .number()
    .int()
    .min(limits.opsPerCommitMax)
    .max(limits.changesPerPageMax)
    .default(limits.changesPerPageMax),
});
export const changesListOutput = z.object({
  changes: z.array(change),
  /** After the last change of this page; equal to the one asked with if there was none. */
  cursor,
  more: z.boolean(),
});
export type ChangesPage = z.infer<typeof changesListOutput>;

export const treeListInput = z.object({
  libraryId,
  /** Null for the first page; afterwards what the previous page gave. */
  pageToken: z.string().max(200).nullable(),
  limit: z.number().int().min(1).max(limits.entriesPerPageMax).default(limits.entriesPerPageMax),
});
/** Live entries in the order of their ids. Pages are not one snapshot: replay changes from `cursor` afterwards. */
export const treeListOutput = z.object({
  entries: z.array(entryState),
  /** The head at the start of the first page (carried in the page token). */
  cursor,
  nextPageToken: z.string().nullable(),
});
export type TreePage = z.infer<typeof treeListOutput>;

export const treeFolderInput = z.object({
  libraryId,
  /** Null: the top folder. */
  folderId: entryId.nullable().default(null),
  pageToken: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .default(null),
  limit: z.number().int().min(1).max(limits.entriesPerPageMax).default(limits.entriesPerPageMax),
});
/** Live entries of one folder. Pages are not one snapshot: another `headSeq` means that there may be news. */
export const treeFolderOutput = z.object({
  entries: z.array(entryState),
  /** The folders that lead to this one, from the top down, with this one last; empty for the top folder. */
  above: z.array(z.object({ entryId, name: entryName })),
  headSeq: seq,
  nextPageToken: z.string().nullable(),
});
export type FolderPage = z.infer<typeof treeFolderOutput>;

export const treeSearchInput = z.object({
  libraryId,
  text: z.string().trim().min(1).max(limits.searchTextCharsMax),
  pageToken: entryId.nullable().default(null),
  limit: z.number().int().min(1).max(500).default(200),
});
/** Where there is a token, the rest of the library has not been looked at, even if nothing was found. */
export const treeSearchOutput = z.object({
  items: z.array(z.object({ state: entryState, path: z.string() })),
  nextPageToken: z.string().nullable(),
});
export type SearchPage = z.infer<typeof treeSearchOutput>;

/** A doorbell: says only that a library may have news; a lost one costs a poll, never data. */
export const doorbell = z.object({ libraryId, headSeq: seq });
export type Doorbell = z.infer<typeof doorbell>;

export const trashListInput = z.object({
  libraryId,
  pageToken: z.string().max(200).nullable().default(null),
  limit: z.number().int().min(1).max(1_000).default(500),
});
export const trashItem = z.object({
  state: entryState,
  /** Full path at the time of its deletion, by the names its folders have or last had. */
  path: z.string(),
  deletedAtMs: timeMs,
  deletedBy: z.object({ deviceId, name: z.string() }).nullable(),
  /** When it ends; null: never. */
  expiresAtMs: timeMs.nullable(),
});
export const trashListOutput = z.object({ items: z.array(trashItem), nextPageToken: z.string().nullable() });
export type TrashPage = z.infer<typeof trashListOutput>;
/** Restores entries, and all that was deleted inside restored folders; to be sent again while there is `more`. */
export const trashRestoreInput = z.object({
  libraryId,
  opId,
  entryIds: z.array(entryId).min(1).max(limits.opsPerCommitMax),
});
export const trashRestoreOutput = z.object({
  headSeq: seq,
  /** The first `limits.restoredListedMax` of them, those that were asked for before what lies in them. */
  restored: z.array(z.object({ entryId, path: z.string() })),
  restoredCount: z.number().int().nonnegative(),
  more: z.boolean(),
});
