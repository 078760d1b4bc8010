import { CHAIN_START } from '@tidesync/shared/chain';
import type { LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { HistoryPoint } from '@tidesync/shared/wire/entries';
import type { Reads } from '../../ports/store.ts';

/** Fails with `cursorDiverged` unless the point is one of this library's history. */
export async function requirePoint(
  read: Pick<Reads, 'tree'>,
  libraryId: LibraryId,
  point: HistoryPoint,
): Promise<void> {
  if (point.libraryId !== libraryId || !(await isInHistory(read, point))) fail({ reason: 'cursorDiverged' });
}

async function isInHistory(
  read: Pick<Reads, 'tree'>,
  { libraryId, seq, chain }: HistoryPoint,
): Promise<boolean> {
  if (seq === 0) return chain === CHAIN_START;
  const commit = await read.tree.commitEndingAt(libraryId, seq);
  return commit !== null && commit.chain === chain;
}
