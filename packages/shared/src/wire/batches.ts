import { z } from 'zod';
import { deviceId, entryId, libraryId } from '../ids.ts';
import { limits } from '../limits.ts';
import { seq, timeMs } from './entries.ts';

/** A batch: the commits that a device sent between two rests. `firstSeq` of its first commit names it. */
export const batch = z.object({
  firstSeq: seq,
  /** Of its last commit. */
  lastSeq: seq,
  startedAtMs: timeMs,
  atMs: timeMs,
  /** Null: the device is not known any more. */
  device: z.object({ deviceId, name: z.string() }).nullable(),
  /** Operations. Changed attributes alone count as `attributes`; what came back counts as `created`. */
  created: z.number().int(),
  edited: z.number().int(),
  moved: z.number().int(),
  attributes: z.number().int(),
  deleted: z.number().int(),
  /** The batch that undid it, or a part of it; null: none. */
  undoneBy: seq.nullable(),
});
export type Batch = z.infer<typeof batch>;

export const batchesListInput = z.object({
  libraryId,
  /** Null for the latest; afterwards what the previous page gave. */
  beforeSeq: seq.nullable().default(null),
  limit: z.number().int().min(1).max(limits.batchesPerPageMax).default(20),
});
/** The latest first. A page may be empty although there are more. */
export const batchesListOutput = z.object({ batches: z.array(batch), nextBeforeSeq: seq.nullable() });
export type BatchesPage = z.infer<typeof batchesListOutput>;

export const batchesShowInput = z.object({
  libraryId,
  /** Of any commit of the batch. */
  firstSeq: seq,
  /** 0 for the first page; afterwards what the previous page gave. */
  afterSeq: seq.default(0),
});
export const batchOperation = z.object({
  seq,
  entryId,
  did: z.enum(['created', 'restored', 'edited', 'moved', 'attributes', 'deleted']),
  kind: z.enum(['folder', 'file', 'symlink']),
  /** By the names that its folders have or last had. */
  path: z.string(),
  /** Of what moved: where it was. */
  pathBefore: z.string().nullable(),
});
export type BatchOperation = z.infer<typeof batchOperation>;
export const batchesShowOutput = z.object({
  batch,
  operations: z.array(batchOperation),
  nextAfterSeq: seq.nullable(),
});
export type BatchPage = z.infer<typeof batchesShowOutput>;

/** Why a part of a batch was left as it is. */
export const notUndoneReason = z.enum([
  'changed', // somebody changed it since
  'nameTaken', // another entry has the name that it had
  'folderGone', // the folder that it was in is deleted
  'notEmpty', // a folder that it made has something else in it by now
  'cycle', // a folder would lie in itself
  'tooDeep', // the folder that it was in lies too deep by now
  'expired', // its former content is not kept any more
]);
export type NotUndoneReason = z.infer<typeof notUndoneReason>;

/** Undoes a part of a batch, from its end on; to be sent again with `nextBeforeSeq` until that is null. */
export const batchesUndoInput = z.object({
  libraryId,
  firstSeq: seq,
  beforeSeq: seq.nullable().default(null),
});
export const batchesUndoOutput = z.object({
  headSeq: seq,
  /** Operations of this part that are undone, by this call or an earlier one. */
  undone: z.number().int(),
  notUndone: z.array(z.object({ entryId, path: z.string(), reason: notUndoneReason })),
  nextBeforeSeq: seq.nullable(),
});
export type BatchUndone = z.infer<typeof batchesUndoOutput>;
