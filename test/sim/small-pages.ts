import { transferLimits } from '@tidesync/engine/shell/transfer/transfer-limits';
import { limits } from '@tidesync/shared/limits';

/**
 * Imported before everything that reads these: worlds are small, so their pages are, too. A commit, a page of changes or
 * of entries, and what one call may ask or hold, end in the middle of what a few people do in a minute.
 */
Object.assign(limits, {
  opsPerCommitMax: 5,
  changesPerPageMax: 6,
  entriesPerPageMax: 4,
  chunksPerMissingCallMax: 5,
  chunksPerLocateCallMax: 5,
  revisionsPerStageCallMax: 3,
  packsPerCallMax: 2,
  packChunksMax: 4,
} satisfies Partial<Record<keyof typeof limits, number>>);

/** Files of more than a line or two are read as large ones are, piece by piece. */
Object.assign(transferLimits, { smallReadBytesMax: 24 } satisfies Partial<
  Record<keyof typeof transferLimits, number>
>);
