import type { ChunkRef, Revision } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, LibraryId, OpId, PackId, UploadId } from '@tidesync/shared/ids';
import type { PackEntry } from '@tidesync/shared/pack-format';
import type { Failure } from '@tidesync/shared/problems';
import type { Location, SignedGet, SignedPut } from '@tidesync/shared/wire/content';
import type { Library, Quota } from '@tidesync/shared/wire/people';
import type { ChangesPage, CommitInput, CommitOutput, Doorbell, TreePage } from '@tidesync/shared/wire/sync';

/**
 * The server as the engine's rounds need it. Every method rejects with `Failure` (shared/problems.ts) and with
 * nothing else; `unreachable` for anything that kept the answer from arriving. Answers are parsed, not believed.
 * No method retries by itself but where it says so: a lost answer of `commit` means unknown.
 */
export interface SyncServer {
  quota(): Promise<Quota>;
  libraries(): Promise<Library[]>;
  createLibrary(libraryId: LibraryId, name: string): Promise<Library>;

  changes(libraryId: LibraryId, cursor: string): Promise<ChangesPage>;
  tree(libraryId: LibraryId, pageToken: string | null): Promise<TreePage>;
  commit(input: CommitInput): Promise<CommitOutput>;
  /** Null: no commit of that id was applied so far. No fence: one still on its way may be applied afterwards. */
  lookUpCommit(libraryId: LibraryId, opId: OpId): Promise<CommitOutput | null>;

  beginUpload(uploadId: UploadId, libraryId: LibraryId): Promise<{ expiresAtMs: number }>;
  missingChunks(uploadId: UploadId, chunks: readonly ChunkRef[]): Promise<boolean[]>;
  signPacks(
    uploadId: UploadId,
    packs: readonly { sha256: string; sizeBytes: number }[],
  ): Promise<SignedPut[]>;
  sealPacks(
    uploadId: UploadId,
    packs: readonly { packId: PackId; entries: readonly PackEntry[] }[],
  ): Promise<void>;
  stage(
    uploadId: UploadId,
    lists: readonly { id: ChunkId; refs: readonly ChunkRef[] }[],
    revisions: readonly Revision[],
  ): Promise<void>;

  revisions(libraryId: LibraryId, contentIds: readonly ContentId[]): Promise<Revision[]>;
  locate(libraryId: LibraryId, chunkIds: readonly ChunkId[]): Promise<Location[]>;
  signDownloads(libraryId: LibraryId, packIds: readonly PackId[]): Promise<SignedGet[]>;
  /** These packs gave other bytes than they should, or none; at most `packsPerCallMax`. The server looks at them. */
  suspect(libraryId: LibraryId, packIds: readonly PackId[]): Promise<void>;
  /** Contents that the server has lost bytes of, in pages. */
  wanted(libraryId: LibraryId, after: ContentId | null): Promise<WantedPage>;

  /**
   * Rings until closed; reconnects by itself and then rings for every library once. `onRefused` hears that the
   * device is signed out or revoked, after which nothing rings any more.
   */
  watch(
    onBell: (bell: Doorbell) => void,
    onState: (state: 'connected' | 'lost') => void,
    onRefused?: (failure: Failure) => void,
  ): { close(): void };
}

/** How the bytes of one PUT may travel. */
export interface Way {
  readonly signal: AbortSignal;
  /**
   * How many of the next bytes may go now, at least one of them. To ask again says that those have gone. Rejects with
   * the signal's reason.
   */
  take(bytes: number): Promise<number>;
}

/** As fast as it goes. */
export function freeWay(signal: AbortSignal): Way {
  return { signal, take: async (bytes) => bytes };
}

export interface WantedPage {
  readonly contentIds: readonly ContentId[];
  /** Where the next page begins; null: this was the last. */
  readonly next: ContentId | null;
}

export type PutOutcome = 'stored' | 'alreadyThere' | 'expired';

/**
 * Bytes to and from the object store by signed URLs.
 * Rejects with Failure: `storeUnavailable`, `serverDiskFull`, `chunkMismatch`, `unreachable`, `packMissing` (the
 * store has no such pack, or not that much of it); or with the signal's reason. Addresses beginning with `/` are
 * resolved against the server's.
 */
export interface ObjectTransfer {
  put(signed: SignedPut, bytes: readonly Uint8Array[], way: Way): Promise<PutOutcome>;
  /** Exactly those bytes, or `expired` when the URL has to be signed again. */
  getRange(signed: SignedGet, range: ByteRange, signal: AbortSignal): Promise<Uint8Array | 'expired'>;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}
