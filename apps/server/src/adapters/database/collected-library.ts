import type { CollectedLibrary } from '../../ports/store-garbage.ts';
import type { Connection } from './connection.ts';

/** A library's row as its collection sees it. */
export function collectedOf(row: Connection['tables']['libraries']['$inferSelect']): CollectedLibrary {
  const { libraryId, ownerId, headSeq, refVersion, deletedAtMs, versionDays, trashDays } = row;
  const { versionsEndedSeq, trashEndedSeq, collection } = row;
  return {
    ...{ libraryId, ownerId, headSeq, refVersion, deletedAtMs, versionDays, trashDays },
    versionsEndedSeq: versionsEndedSeq ?? 0,
    trashEndedSeq: trashEndedSeq ?? 0,
    collection: collection ?? 0,
  };
}
