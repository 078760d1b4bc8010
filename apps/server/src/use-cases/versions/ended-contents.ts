import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import type { Reads } from '../../ports/store.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';

/**
 * Whether nobody was promised the content any more that a change gave a file: then it may be gone. It was replaced, or
 * the file was deleted, by a change whose time is over.
 */
export async function hasEnded(
  reads: Pick<Reads, 'garbage' | 'tree' | 'batches'>,
  libraryId: LibraryId,
  row: TransferRow,
): Promise<boolean> {
  const library = await reads.garbage.library(libraryId);
  if (library === null) return false;
  const [entryId, seq] = [row.entryId as EntryId, row.seq as number];
  const history = await reads.batches.historySince(libraryId, [entryId], seq);
  const later = history.filter((change) => change.seq > seq);
  if (later.some((change) => change.state.deleted && change.seq <= library.trashEndedSeq)) return true;
  const end = later.find((change) => change.state.contentSeq !== row.contentSeq);
  if (end === undefined || end.seq > library.versionsEndedSeq) return false;
  // What was ended by a delete that is in the trash still is kept with it.
  return !(end.state.deleted && end.endedSeq === null);
}
