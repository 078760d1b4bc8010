import type { EntryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { BatchOperation, BatchPage, batchesShowInput } from '@tidesync/shared/wire/batches';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { z } from 'zod';
import { pathOf } from '../../domain/entry-path.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { JournalRow } from '../../ports/store-tree.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';
import { findBatch, oneTransactionOf, viewsOf } from './find-batch.ts';

/** One batch and a page of its operations, in their order. Errors: `batchMissing`, `libraryMissing`. */
export async function showBatch(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, firstSeq, afterSeq }: z.infer<typeof batchesShowInput>,
): Promise<BatchPage> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const commits = await findBatch(read, libraryId, firstSeq);
  const [batch] = await viewsOf(read, libraryId, [commits]);
  const left = commits.filter((commit) => commit.firstSeq > afterSeq);
  const page = oneTransactionOf(left, limits.opsPerCommitMax);
  const changes = await read.batches.changesIn(libraryId, page);
  const entryIds = [...new Set(changes.map(({ state }) => state.entryId))];
  const history = await read.batches.historySince(libraryId, entryIds, changes[0]?.seq ?? 0);
  const formers = new Map(history.map(({ endedSeq, state }) => [endedSeq, state]));
  const former = ({ seq }: JournalRow) => formers.get(seq) ?? null;
  const parents = changes.flatMap((change) => [change.state.parentId, former(change)?.parentId ?? []].flat());
  const folders = await loadWithAncestors(read, libraryId, [...new Set(parents)]);
  return {
    batch: batch as BatchPage['batch'],
    operations: changes.map((change) => operationOf(change, former(change), folders)),
    nextAfterSeq: page.length < left.length ? (page.at(-1)?.lastSeq ?? null) : null,
  };
}

function operationOf(
  { seq, state }: JournalRow,
  former: EntryState | null,
  folders: ReadonlyMap<EntryId, EntryState>,
): BatchOperation {
  const { entryId, kind } = state;
  const did = whatItDid(seq, state, former);
  const pathBefore = did === 'moved' && former !== null ? pathOf(former, folders) : null;
  return { seq, entryId, did, kind, path: pathOf(state, folders), pathBefore };
}

function whatItDid(seq: number, state: EntryState, former: EntryState | null): BatchOperation['did'] {
  if (former === null) return 'created';
  if (former.deleted) return 'restored';
  if (state.deleted) return 'deleted';
  if (state.placeSeq === seq) return 'moved';
  return state.contentSeq === seq ? 'edited' : 'attributes';
}
