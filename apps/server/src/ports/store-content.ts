import type { ChunkRef, Revision } from '@tidesync/shared/chunk-list';
import type {
  AccountId,
  ChunkId,
  ContentId,
  DeviceId,
  LibraryId,
  PackId,
  UploadId,
} from '@tidesync/shared/ids';
import type { PackEntry } from '@tidesync/shared/pack-format';
import type { Location } from '@tidesync/shared/wire/content';

export interface UploadRow {
  readonly uploadId: UploadId;
  readonly libraryId: LibraryId;
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  /** Whose quota its reservation is held on: the library's owner when it began. */
  readonly payerId: AccountId;
  readonly open: boolean;
  readonly reservedBytes: number;
  readonly expiresAtMs: number;
}

export interface PackRow {
  readonly packId: PackId;
  readonly uploadId: UploadId;
  readonly uploaderId: AccountId;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** It has arrived, whatever was found out about it since. */
  readonly sealed: boolean;
}

/** What the verifier may be asked to look at. */
export type CheckableState = 'sealed' | 'damaged';
export interface PackToCheck<Seen extends 'sealed' | 'verified' | 'damaged' = CheckableState> {
  readonly libraryId: LibraryId;
  readonly packId: PackId;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Its state when it was taken; what is found out counts only while it has that state. */
  readonly seen: Seen;
}
/** A pack of any state but announced. */
export type ArrivedPack = PackToCheck<CheckableState | 'verified'>;

/** Where a chunk is said to lie, for checks. */
export interface FoundLocation extends PackEntry {
  readonly packId: PackId;
  readonly verified: boolean;
}
/** `checkedAtMs`: when it was last read whole and found to be right; null: nobody knows. */
export interface VerifiedPack extends PackToCheck<'verified'> {
  readonly checkedAtMs: number | null;
}
export type PackPlace = Pick<PackToCheck, 'libraryId' | 'packId'>;

/**
 * Who wants to rely on content: locations are usable if verified, or uploaded by the same account in a pack that is
 * not known to be damaged.
 */
export interface Usability {
  readonly libraryId: LibraryId;
  readonly accountId: AccountId;
}

/** What an upload may still put into the object store. */
export interface Outstanding {
  /** A chunk that needs no room, as it is paid for, counts as one of the largest. */
  readonly reservedBytes: number;
  readonly reservedChunks: number;
  /** Sizes of its packs that were signed and not sealed. */
  readonly signedBytes: number;
  readonly signedPacks: number;
}

/** `condemned`: nothing has needed it for a while; who is to rely on it says so with `useChunks`. */
export interface UsableChunk extends ChunkRef {
  readonly condemned: boolean;
}

export interface ContentReads {
  upload(id: UploadId): Promise<UploadRow | null>;
  /** Open uploads whose time is over, oldest first. */
  overdueUploads(nowMs: number, limit: number): Promise<UploadId[]>;
  /** Uploads that ended without being forgotten, whose time was over by then. */
  endedUploads(expiredByMs: number, limit: number): Promise<UploadId[]>;
  /** Where packs of an upload may lie that were signed and never sealed. */
  unsealedPacks(uploadId: UploadId): Promise<{ readonly libraryId: LibraryId; readonly packId: PackId }[]>;
  /** The chunks, of those asked for, that this upload holds room for. */
  reservedChunks(uploadId: UploadId, chunkIds: readonly ChunkId[]): Promise<ChunkRef[]>;
  /** The (chunk, plain length) pairs at usable locations; one chunk may come with two lengths if someone lied. */
  usableChunks(of: Usability, chunkIds: readonly ChunkId[]): Promise<UsableChunk[]>;
  /** Every location of the chunks, per chunk the most trusted first: verified, own, others, damaged. */
  locate(of: Usability, chunkIds: readonly ChunkId[]): Promise<Location[]>;
  packs(libraryId: LibraryId, packIds: readonly PackId[]): Promise<PackRow[]>;
  /** Packs in a state, by library and id, that were not checked since `checkedByMs`. */
  packsToCheck(from: {
    readonly state: CheckableState;
    readonly after: PackPlace | null;
    readonly checkedByMs: number;
    readonly limit: number;
  }): Promise<PackToCheck[]>;
  /** Packs that were found to be right, by library and id, whenever that was. */
  verifiedPacks(from: { readonly after: PackPlace | null; readonly limit: number }): Promise<VerifiedPack[]>;
  /** Whether some of its chunks are not kept any more, so that its own index names more than there is. */
  isThinned(pack: PackPlace): Promise<boolean>;
  /** The locations, among those of these chunks, that lie in the pack. */
  locationsIn(pack: PackPlace, chunkIds: readonly ChunkId[]): Promise<PackEntry[]>;
  /** Every location of these chunks, whoever may rely on it. */
  locationsOf(libraryId: LibraryId, chunkIds: readonly ChunkId[]): Promise<FoundLocation[]>;
  /** Which of these contents anyone has staged. */
  knownContents(libraryId: LibraryId, contentIds: readonly ContentId[]): Promise<ReadonlySet<ContentId>>;
  /** What an upload holds room for and what was signed for it and has not arrived yet. */
  outstanding(uploadId: UploadId): Promise<Outstanding>;
  /** What `sign` recorded before for these hashes in this upload. */
  packsOfUpload(uploadId: UploadId, sha256s: readonly string[]): Promise<PackRow[]>;
  /** Chunk lists that this account has proved to hold, with the bytes of content each stands for. */
  chunkLists(of: Usability, listIds: readonly ChunkId[]): Promise<ReadonlyMap<ChunkId, number>>;
  /** Sizes of the contents that this account has staged. */
  stagedSizes(of: Usability, contentIds: readonly ContentId[]): Promise<ReadonlyMap<ContentId, number>>;
  /** In the order asked for, as many as fit `refsMax` references but one at least; unknown ones are left out. */
  revisions(wanted: {
    readonly libraryId: LibraryId;
    readonly contentIds: readonly ContentId[];
    readonly refsMax: number;
  }): Promise<Revision[]>;
}

export interface ContentWrites extends ContentReads {
  /**
   * `usableChunks` for who relies on them: none of them counts as condemned any more, whoever sent it. Only after
   * `touchReferences` or `lockHead`, so that none is freed meanwhile.
   */
  useChunks(of: Usability, chunkIds: readonly ChunkId[]): Promise<UsableChunk[]>;
  openUpload(upload: Omit<UploadRow, 'open' | 'reservedBytes'>): Promise<void>;
  extendUpload(id: UploadId, expiresAtMs: number): Promise<void>;
  /** Notes what the upload holds room for; the account's own `reserve` is a separate step of the transaction. */
  addReservedChunks(uploadId: UploadId, chunks: readonly ChunkRef[]): Promise<void>;
  /** Gives chunks back, once: the bytes that this call freed. */
  dropReservedChunks(uploadId: UploadId, chunkIds: readonly ChunkId[]): Promise<number>;
  /**
   * Ends an open upload and its reservation; null if it was not open, so the bytes are given back once. Which chunks it
   * held room for stays noted and means nothing any more, until `dropHeldOfEnded`.
   */
  expireUpload(id: UploadId): Promise<HeldRoom | null>;
  /**
   * Forgets which chunks an upload that is not open held room for, up to `limit` of them: how many it forgot. An upload
   * may hold room for millions, which is more than one transaction of TiDB can delete.
   */
  dropHeldOfEnded(id: UploadId, limit: number): Promise<number>;
  /** Drops what is known of the unsealed packs of an ended upload; its id stays used up. */
  forgetUnsealed(id: UploadId): Promise<void>;
  addSignedPacks(libraryId: LibraryId, packs: readonly NewPack[]): Promise<void>;
  /**
   * Marks the pack as arrived and makes its chunks usable for its uploader; doing so again changes nothing. Only after
   * `lockHead`, so that nobody else judges at the same time what is usable, and a recount sees that it was here.
   */
  sealPack(pack: SealedPack): Promise<void>;
  /** The pack and these chunks in it count for every member. False, and nothing written, if it is not as seen. */
  markVerified(
    pack: ArrivedPack,
    found: { readonly chunkIds: readonly ChunkId[]; readonly atMs: number },
  ): Promise<boolean>;
  /** Nobody may rely on the pack any more, nor on its chunks. False, and nothing written, if it is not as seen. */
  markDamaged(pack: ArrivedPack, found: { readonly atMs: number }): Promise<boolean>;
  /** Staging what is staged changes nothing. */
  addChunkLists(of: Usability, lists: readonly NewChunkList[]): Promise<void>;
  stage(of: Usability & { readonly atMs: number }, revisions: readonly Revision[]): Promise<void>;
}

/** What an upload that ended had held, in its library and on the account that would have paid. */
export interface HeldRoom {
  readonly libraryId: LibraryId;
  readonly payerId: AccountId;
  readonly reservedBytes: number;
}
export interface NewPack {
  readonly packId: PackId;
  readonly uploadId: UploadId;
  readonly uploaderId: AccountId;
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly atMs: number;
}
export interface SealedPack {
  readonly libraryId: LibraryId;
  readonly packId: PackId;
  readonly uploaderId: AccountId;
  readonly entries: readonly PackEntry[];
  /** Those of its chunks that the owner is charged for. */
  readonly charged: ReadonlySet<ChunkId>;
}
export interface NewChunkList {
  readonly listId: ChunkId;
  readonly refs: readonly ChunkRef[];
}
