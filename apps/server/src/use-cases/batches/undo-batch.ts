import type { EntryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { BatchUndone, batchesUndoInput, NotUndoneReason } from '@tidesync/shared/wire/batches';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { z } from 'zod';
import { pathOf } from '../../domain/entry-path.ts';
import { newUuid } from '../../ports/random.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { appendChanges } from '../sync/append-changes.ts';
import { findBatch, oneTransactionOf, undoIdOf } from './find-batch.ts';
import { UndoDraft } from './undo-draft.ts';

type UndoInput = z.infer<typeof batchesUndoInput>;

/**
 * Undoes a batch change by change, the latest first, as many in one transaction as a commit may have. What was
 * deleted lives again, what moved goes back, what was edited gets its former content, and what was made is deleted.
 * An entry that somebody has changed since is left alone and told.
 * It needs no id to be sent again: its commits are one batch whose id follows from the batch that is undone, and a
 * change that one of them has undone counts as undone.
 * Errors: `batchMissing`, `libraryMissing`, `notAllowed`.
 */
export async function undoBatch(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'doorbells' | 'random'>,
  caller: Caller,
  input: UndoInput,
): Promise<BatchUndone> {
  const opId = newUuid(ports.random) as OpId;
  const atMs = ports.clock.nowMs();
  const { output, isNews } = await ports.store.transact((tx) => undoPart(tx, caller, { input, opId, atMs }), {
    repeatable: true,
  });
  if (isNews) ports.doorbells.ring({ libraryId: input.libraryId, headSeq: output.headSeq });
  return output;
}

interface UndoCall {
  readonly input: UndoInput;
  readonly opId: OpId;
  readonly atMs: number;
}

async function undoPart(
  tx: Writes,
  caller: Caller,
  { input, opId, atMs }: UndoCall,
): Promise<{ readonly output: BatchUndone; readonly isNews: boolean }> {
  const { libraryId, firstSeq, beforeSeq } = input;
  // Before the role is looked at: whoever is removed while this waits for the library's turn commits nothing.
  const head = await tx.tree.lockHead(libraryId);
  if (head === null) fail({ reason: 'libraryMissing', library: libraryId });
  await requireRole(tx, caller, { libraryId, role: 'editor' });
  const commits = await findBatch(tx, libraryId, firstSeq);
  const batchId = undoIdOf(libraryId, commits);
  const left = commits.filter((commit) => beforeSeq === null || commit.firstSeq < beforeSeq).reverse();
  const part = oneTransactionOf(left, limits.opsPerCommitMax);
  const changes = (await tx.batches.changesIn(libraryId, part)).reverse();
  const undo = await tx.batches.commitsOf(libraryId, [batchId]);
  const firstSeqs = (all: typeof undo) => new Set(all.map((commit) => commit.firstSeq));
  const draft = await UndoDraft.load(tx, {
    libraryId,
    changes,
    commits: { batch: firstSeqs([...commits]), undo: firstSeqs(undo) },
    nextSeq: head.headSeq + 1,
  });
  for (const change of changes) await draft.undo(change);
  const after = await appendChanges(tx, { libraryId, caller, opId, batchId, head, atMs }, draft.made);
  const output: BatchUndone = {
    headSeq: after.headSeq,
    undone: draft.undone,
    notUndone: notUndoneOf(draft, topFolderOf(libraryId)),
    nextBeforeSeq: part.length < left.length ? (part.at(-1)?.firstSeq ?? null) : null,
  };
  return { output, isNews: draft.made.length > 0 };
}

function notUndoneOf(
  {
    notUndone,
    entries,
  }: { notUndone: ReadonlyMap<EntryId, NotUndoneReason>; entries: ReadonlyMap<EntryId, EntryState> },
  top: EntryId,
): BatchUndone['notUndone'] {
  return [...notUndone].map(([entryId, reason]) => {
    const state = entries.get(entryId);
    return { entryId, path: state === undefined || entryId === top ? '' : pathOf(state, entries), reason };
  });
}
