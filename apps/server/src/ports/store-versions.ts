import type { AccountId, DeviceId, EntryId, LibraryId } from '@tidesync/shared/ids';
import type { HistoryRow } from './store-batches.ts';

/** Who made a commit, and when. */
export interface Maker {
  readonly atMs: number;
  /** Null: not known any more. */
  readonly device: { readonly deviceId: DeviceId; readonly name: string } | null;
  readonly account: { readonly accountId: AccountId; readonly email: string } | null;
}

/** Histories of single entries. */
export interface VersionReads {
  /** The changes of an entry before that seq, the latest first. */
  changesBefore(from: {
    readonly libraryId: LibraryId;
    readonly entryId: EntryId;
    readonly beforeSeq: number;
    readonly limit: number;
  }): Promise<HistoryRow[]>;
  changeAt(libraryId: LibraryId, seq: number): Promise<HistoryRow | null>;
  /** By the `firstSeq` of each commit. */
  makersOf(libraryId: LibraryId, firstSeqs: readonly number[]): Promise<ReadonlyMap<number, Maker>>;
}
