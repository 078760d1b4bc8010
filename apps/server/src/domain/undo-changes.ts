import { assert } from '@tidesync/shared/brand';
import type { NotUndoneReason } from '@tidesync/shared/wire/batches';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { ConflictReason, Op, OpBody } from '@tidesync/shared/wire/sync';

/** A change in an entry's history. */
export interface PastChange {
  readonly seq: number;
  /** The commit that made it. */
  readonly firstSeq: number;
  /** Seq of the entry's next change; null for the latest. */
  readonly endedSeq: number | null;
  readonly state: EntryState;
}
export interface UndoCommits {
  /** First seqs of the commits of the batch that is undone. */
  readonly batch: ReadonlySet<number>;
  /** First seqs of the commits that have undone parts of it before. */
  readonly undo: ReadonlySet<number>;
}

/** Where the undoing of one entry stands. */
export interface EntryUndo {
  /** The batch's changes of it that nothing but the undo has followed, in order. */
  readonly changes: readonly PastChange[];
  /** How many of them are undone, the latest first. */
  readonly doneCount: number;
}

/**
 * What of a batch can still be undone at an entry, from its history in order: each change of the undo has undone one
 * of the batch, from the end on. Whatever somebody else did since comes between, and ends it.
 */
export function undoOf(history: readonly PastChange[], { batch, undo }: UndoCommits): EntryUndo {
  let end = history.length;
  while (end > 0 && undo.has((history[end - 1] as PastChange).firstSeq)) end--;
  let start = end;
  while (start > 0 && batch.has((history[start - 1] as PastChange).firstSeq)) start--;
  return { changes: history.slice(start, end), doneCount: history.length - end };
}

/** What a change calls for, to be undone. */
export type ChangeUndo =
  | { readonly is: 'done' }
  | { readonly is: 'next' }
  /** A later change of the same entry has to be undone first, and could not. */
  | { readonly is: 'blocked' }
  | { readonly is: 'changed' };

export function standingOf({ changes, doneCount }: EntryUndo, seq: number): ChangeUndo['is'] {
  const index = changes.findIndex((change) => change.seq === seq);
  if (index < 0) return 'changed';
  const left = changes.length - doneCount;
  if (index >= left) return 'done';
  return index === left - 1 ? 'next' : 'blocked';
}

/** The opposite of a change, as an operation on the entry as it is; `restore` finds its place itself. */
export type Inverse =
  | { readonly is: 'restore'; readonly to: EntryState }
  | { readonly is: 'op'; readonly op: Op };

/** `former`: what the entry was before; null: there was none. */
export function inverseOf(change: PastChange, former: EntryState | null, current: EntryState): Inverse {
  const { seq, state } = change;
  if (former === null || former.deleted) return { is: 'op', op: deleteOp(current) };
  if (state.deleted) return { is: 'restore', to: former };
  const { entryId } = current;
  if (state.placeSeq === seq) {
    const { parentId, name } = former;
    return { is: 'op', op: { op: 'move', entryId, basePlaceSeq: current.placeSeq, parentId, name } };
  }
  return {
    is: 'op',
    op: state.contentSeq === seq ? contentOp(former, current) : attributesOp(former, current),
  };
}

function deleteOp({ entryId, contentSeq, placeSeq }: EntryState): Op {
  return { op: 'delete', entryId, baseContentSeq: contentSeq, basePlaceSeq: placeSeq };
}

function contentOp(former: EntryState, { entryId, contentSeq }: EntryState): Op {
  const { mtimeMs } = former;
  const same = { entryId, baseContentSeq: contentSeq, mtimeMs };
  if (former.kind === 'file') return { op: 'write', ...same, contentId: former.contentId };
  assert(former.kind === 'symlink', 'a folder has no content');
  return { op: 'retarget', ...same, target: former.target };
}

function attributesOp(former: EntryState, { entryId, attributesSeq }: EntryState): Op {
  const executable = former.kind === 'file' && former.executable;
  return { op: 'attributes', entryId, baseAttributesSeq: attributesSeq, executable, mtimeMs: former.mtimeMs };
}

/** The operation that makes a deleted entry live again under its id. */
export function restoreOp(to: EntryState, place: Pick<EntryState, 'parentId' | 'name'>): Op {
  const { entryId, mtimeMs } = to;
  return { op: 'create', entryId, ...place, mtimeMs, body: bodyOf(to) };
}

function bodyOf(state: EntryState): OpBody {
  switch (state.kind) {
    case 'folder':
      return { kind: 'folder' };
    case 'file':
      return { kind: 'file', contentId: state.contentId, executable: state.executable };
    case 'symlink':
      return { kind: 'symlink', target: state.target };
  }
}

const reasons: Record<ConflictReason, NotUndoneReason> = {
  version: 'changed',
  missing: 'changed',
  exists: 'changed',
  nameTaken: 'nameTaken',
  parent: 'folderGone',
  cycle: 'cycle',
  notEmpty: 'notEmpty',
};
export function reasonOf(conflict: ConflictReason): NotUndoneReason {
  return reasons[conflict];
}
