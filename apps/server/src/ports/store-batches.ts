import type { BatchId, DeviceId, EntryId, LibraryId } from '@tidesync/shared/ids';
import type { JournalRow } from './store-tree.ts';

/** A commit as a part of a batch. */
export interface BatchCommit {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly batchId: BatchId | null;
  /** Null: the device is not known any more. */
  readonly device: { readonly deviceId: DeviceId; readonly name: string } | null;
  readonly atMs: number;
}
/** Changes of one commit, by what they did. */
export interface ChangeCounts {
  readonly created: number;
  readonly edited: number;
  readonly moved: number;
  readonly attributes: number;
  readonly deleted: number;
}
/** A change, and the seq of the next one of its entry; null for the latest. */
export interface HistoryRow extends JournalRow {
  readonly endedSeq: number | null;
}
/** Seqs from one to the other, both included. */
export interface SeqRange {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Commits of a library as batches. */
export interface BatchReads {
  /** The latest commits that begin before that seq (null: of all), the latest first. */
  commitsBefore(from: {
    readonly libraryId: LibraryId;
    readonly beforeSeq: number | null;
    readonly limit: number;
  }): Promise<BatchCommit[]>;
  /** The commit that begins at that seq. */
  commitAt(libraryId: LibraryId, firstSeq: number): Promise<BatchCommit | null>;
  /** All commits of these batches, in order. */
  commitsOf(libraryId: LibraryId, batchIds: readonly BatchId[]): Promise<BatchCommit[]>;
  /** By the `firstSeq` of each commit. */
  countChanges(libraryId: LibraryId, ranges: readonly SeqRange[]): Promise<ReadonlyMap<number, ChangeCounts>>;
  changesIn(libraryId: LibraryId, ranges: readonly SeqRange[]): Promise<JournalRow[]>;
  /** What these entries were and became from that seq on: also the state that each had then. In the order of seq. */
  historySince(libraryId: LibraryId, entryIds: readonly EntryId[], seq: number): Promise<HistoryRow[]>;
}
