import { assert } from '@tidesync/shared/brand';
import { chainInput } from '@tidesync/shared/chain';
import type { BatchId, Chain, LibraryId, OpId } from '@tidesync/shared/ids';
import type { Change } from '@tidesync/shared/wire/entries';
import type { Writes } from '../../ports/store.ts';
import type { Head } from '../../ports/store-tree.ts';
import type { Caller } from '../caller.ts';
import { sha256Hex } from '../sha256-hex.ts';

/** Which commit the changes belong to; the head is the locked one that they continue. */
export interface CommitOrigin {
  readonly libraryId: LibraryId;
  readonly caller: Caller;
  readonly opId: OpId;
  /** Without: a batch of its own. */
  readonly batchId?: BatchId | undefined;
  readonly head: Head;
  readonly atMs: number;
}

/** Writes changes as one commit and says the head after it; without changes there is no commit. */
export async function appendChanges(
  tx: Writes,
  origin: CommitOrigin,
  changes: readonly Change[],
): Promise<Head> {
  const { libraryId, caller, opId, head, atMs } = origin;
  const last = changes.at(-1);
  if (last === undefined) return head;
  const firstSeq = head.headSeq + 1;
  assert(last.seq === head.headSeq + changes.length, 'changes continue the head without a gap');
  const { accountId, deviceId } = caller;
  const chained = { libraryId, deviceId, opId, firstSeq, changes };
  const chain = sha256Hex(chainInput(head.chain, chained)) as Chain;
  const batchId = origin.batchId ?? null;
  await tx.tree.append({ ...chained, accountId, lastSeq: last.seq, chain, atMs, batchId });
  return { headSeq: last.seq, chain };
}
