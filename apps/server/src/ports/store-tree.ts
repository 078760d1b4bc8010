import type { AccountId, BatchId, Chain, DeviceId, EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Change, EntryState } from '@tidesync/shared/wire/entries';
import type { OpResult } from '@tidesync/shared/wire/sync';

/** The end of a library's history. */
export interface Head {
  readonly headSeq: number;
  readonly chain: Chain;
}
export interface CommitRow {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly deviceId: DeviceId;
  readonly opId: OpId;
  readonly chain: Chain;
  readonly atMs: number;
}
export interface JournalRow extends Change {
  /** The commit it belongs to. */
  readonly firstSeq: number;
}
export interface TrashRow {
  readonly state: EntryState;
  /** The change that deleted it. */
  readonly deletedSeq: number;
  readonly deletedAtMs: number;
  readonly deletedBy: { readonly deviceId: DeviceId; readonly name: string } | null;
}
/** Answer of an operation that a device may send again. */
export interface RememberedAnswer {
  readonly libraryId: LibraryId;
  readonly payloadHash: string;
  readonly headSeq: number;
  readonly chain: Chain;
  readonly results: readonly OpResult[];
}

export interface TreeReads {
  head(libraryId: LibraryId): Promise<Head | null>;
  /** The head seqs of those that are live. */
  heads(libraryIds: readonly LibraryId[]): Promise<ReadonlyMap<LibraryId, number>>;
  /** Live libraries of the account with their heads, in one look. */
  headsFor(accountId: AccountId): Promise<{ readonly libraryId: LibraryId; readonly headSeq: number }[]>;
  /** Entries by id, deleted ones too; unknown ids are left out. */
  entries(libraryId: LibraryId, ids: readonly EntryId[]): Promise<EntryState[]>;
  /** The live entries at these places. */
  entriesAt(libraryId: LibraryId, places: readonly Place[]): Promise<EntryState[]>;
  /** Live children per folder; folders without any are left out. */
  childCounts(libraryId: LibraryId, folders: readonly EntryId[]): Promise<ReadonlyMap<EntryId, number>>;
  /** Live children of a folder in the order of the hashes of their names. `afterKey` null for the first page. */
  childrenPage(from: {
    readonly libraryId: LibraryId;
    readonly parentId: EntryId;
    readonly afterKey: string | null;
    readonly limit: number;
  }): Promise<{ readonly state: EntryState; readonly nameKey: string }[]>;
  /** Live entries in the order of their ids. */
  livePage(from: {
    readonly libraryId: LibraryId;
    readonly afterId: EntryId | null;
    readonly limit: number;
  }): Promise<EntryState[]>;
  deletedChildren(libraryId: LibraryId, folders: readonly EntryId[]): Promise<EntryState[]>;
  /** Deleted entries, the latest first, behind `afterSeq` and from `sinceMs` on; `beforeSeq` null: from the end. */
  trashPage(from: {
    readonly libraryId: LibraryId;
    readonly beforeSeq: number | null;
    readonly afterSeq: number;
    readonly sinceMs: number;
    readonly limit: number;
  }): Promise<TrashRow[]>;
  /** The commit whose last change has this seq; null if no commit ends there. */
  commitEndingAt(libraryId: LibraryId, seq: number): Promise<CommitRow | null>;
  /** The journal after `afterSeq`, in order, at most `limit` rows. */
  journal(from: {
    readonly libraryId: LibraryId;
    readonly afterSeq: number;
    readonly limit: number;
  }): Promise<JournalRow[]>;
  answerOf(deviceId: DeviceId, opId: OpId): Promise<RememberedAnswer | null>;
}

export interface Place {
  readonly parentId: EntryId;
  readonly name: EntryName;
}

export interface TreeWrites extends TreeReads {
  /**
   * Takes this library's place in the order of commits until the transaction ends, so that seq is gap-free and in
   * commit order; also tells garbage collection that references may be added. Null: no such live library.
   */
  lockHead(libraryId: LibraryId): Promise<Head | null>;
  /** The same fence for transactions that add references without a commit. False: no such live library. */
  touchReferences(libraryId: LibraryId): Promise<boolean>;
  /** Writes one commit: head, journal, current entries and commit row. Only after `lockHead`. */
  append(commit: NewCommit): Promise<void>;
  /** Applied results are remembered by their seq and read back from the journal. */
  remember(answer: NewAnswer): Promise<void>;
}

export interface NewCommit extends CommitRow {
  readonly batchId: BatchId | null;
  readonly libraryId: LibraryId;
  readonly accountId: AccountId;
  /** One per applied operation, seq gap-free from firstSeq to lastSeq. */
  readonly changes: readonly Change[];
}
export interface NewAnswer extends RememberedAnswer {
  readonly deviceId: DeviceId;
  readonly opId: OpId;
  /** Seq of the first applied result; they count up from there. */
  readonly firstSeq: number;
  readonly atMs: number;
}
