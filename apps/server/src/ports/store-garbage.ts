import type { AccountId, ChunkId, ContentId, LibraryId, PackId, UploadId } from '@tidesync/shared/ids';
import type { LibraryUsage } from '@tidesync/shared/wire/admin';

/** A library as its collection sees it. */
export interface CollectedLibrary {
  readonly libraryId: LibraryId;
  readonly ownerId: AccountId;
  readonly headSeq: number;
  /** Another one than before: something was referred to, or freed, in between. */
  readonly refVersion: number;
  /** Null: it is live. */
  readonly deletedAtMs: number | null;
  readonly versionDays: number | null;
  readonly trashDays: number | null;
  readonly versionsEndedSeq: number;
  readonly trashEndedSeq: number;
  /** Counts its collections: of two that both believe to be the one, the higher one is right. */
  readonly collection: number;
}
/** Up to which change versions and trash have ended. */
export interface Marks {
  readonly versionsEndedSeq: number;
  readonly trashEndedSeq: number;
}
/** What refers to a content; `nothing` is garbage. */
export type ContentUse = 'live' | 'history' | 'nothing';

/** A place of a chunk, with what decides whether it may go. */
export interface ChunkPlace {
  readonly chunkId: ChunkId;
  readonly packId: PackId;
  readonly uploaderId: AccountId;
  readonly storedBytes: number;
  readonly charged: boolean;
  readonly condemnedAtMs: number | null;
  /** When its pack was announced, and by which upload; null: nobody knows of it, which is a fault. */
  readonly pack: { readonly atMs: number; readonly uploadId: UploadId } | null;
}
export interface FreedChunks {
  readonly chargedBytes: number;
  readonly storedBytes: number;
  readonly packsEmptied: number;
}
export interface EmptyPack {
  readonly packId: PackId;
  readonly sizeBytes: number;
}
/** How a library stood after its last collection. */
export interface MeasuredLibrary extends LibraryUsage {
  /** As it was when that collection began. */
  readonly refVersion: number;
  /** Time alone changes nothing: nothing waits for its grace to be over. */
  readonly settled: boolean;
}
export interface FileSize {
  readonly key: string;
  readonly sizeBytes: number;
  readonly deletedSeq: number | null;
}

export interface GarbageReads {
  /** Deleted ones too. */
  library(id: LibraryId): Promise<CollectedLibrary | null>;
  /** Whether any of its packs was found damaged. */
  hasDamage(id: LibraryId): Promise<boolean>;
  damagedPacks(): Promise<number>;
  /** Its commits behind that seq, in order. */
  commitsAfter(from: {
    readonly libraryId: LibraryId;
    readonly afterSeq: number;
    readonly limit: number;
  }): Promise<{ readonly lastSeq: number; readonly atMs: number }[]>;
  /** Entries that were deleted by changes behind one and up to the other. */
  deletedBetween(libraryId: LibraryId, afterSeq: number, upToSeq: number): Promise<number>;
  /** What refers to each of these contents, as the marks have it. */
  usesOf(
    libraryId: LibraryId,
    contentIds: readonly ContentId[],
    marks: Marks,
  ): Promise<ReadonlyMap<ContentId, Exclude<ContentUse, 'nothing'>>>;
  /** Chunks of a range of ids that lie anywhere, in order. */
  chunksIn(range: {
    readonly libraryId: LibraryId;
    readonly from: ChunkId;
    readonly below: ChunkId | null;
    readonly limit: number;
  }): Promise<ChunkId[]>;
  placesOf(libraryId: LibraryId, chunkIds: readonly ChunkId[]): Promise<ChunkPlace[]>;
  /** Those whose time is not over. */
  openUploads(
    libraryId: LibraryId,
    nowMs: number,
  ): Promise<{ readonly uploadId: UploadId; readonly accountId: AccountId }[]>;
  /** Emptied by then. */
  emptyPacks(from: {
    readonly libraryId: LibraryId;
    readonly emptiedByMs: number;
    readonly after: PackId | null;
    readonly limit: number;
  }): Promise<EmptyPack[]>;
  /** Files behind an entry's id, in the order of ids. */
  fileSizes(from: {
    readonly libraryId: LibraryId;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<FileSize[]>;
  measured(libraryIds: readonly LibraryId[]): Promise<ReadonlyMap<LibraryId, MeasuredLibrary>>;
  /** Sums over all measured libraries that there are; null: none was. */
  measuredTotal(): Promise<{ readonly usage: LibraryUsage; readonly libraries: number } | null>;
}

/**
 * What a collection writes. `lock` comes first in each transaction: it takes the library's place in the order of
 * commits, so that nothing is staged, committed, sealed or brought back until the transaction ends.
 */
export interface GarbageWrites extends GarbageReads {
  /** The library, deleted or not; null: there is none. */
  lock(id: LibraryId): Promise<CollectedLibrary | null>;
  /** Only after `lock`. */
  setMarks(id: LibraryId, marks: Marks & { readonly collection: number }): Promise<void>;
  /** Forgets what these contents are made of, for every account; how many they were. */
  dropContents(libraryId: LibraryId, contentIds: readonly ContentId[]): Promise<number>;
  /** The latest staging of each, of any account. */
  stagedAt(libraryId: LibraryId, contentIds: readonly ContentId[]): Promise<ReadonlyMap<ContentId, number>>;
  condemn(libraryId: LibraryId, chunkIds: readonly ChunkId[], atMs: number): Promise<void>;
  revive(libraryId: LibraryId, chunkIds: readonly ChunkId[]): Promise<void>;
  /** Forgets where these chunks lie, and what they list; packs with nothing left in them are empty from then on. */
  free(libraryId: LibraryId, places: readonly ChunkPlace[], atMs: number): Promise<FreedChunks>;
  forgetPacks(libraryId: LibraryId, packIds: readonly PackId[]): Promise<void>;
  setMeasured(libraryId: LibraryId, measured: MeasuredLibrary): Promise<void>;
}
