import type { AccountId, ChunkId, LibraryId, OrganisationId, UploadId } from '@tidesync/shared/ids';

/** What a library's numbers are now. */
export interface LibraryCounts {
  readonly ownerId: AccountId;
  readonly storedBytes: number;
  readonly reservedBytes: number;
  /** Another one than before: chunks may have been sealed in between. */
  readonly refVersion: number;
}
/** A range of chunk ids: `from` and all above, below `below` (null: to the end). */
export interface ChunkRange {
  readonly libraryId: LibraryId;
  readonly from: ChunkId;
  readonly below: ChunkId | null;
}
interface Page<Id> {
  readonly afterId: Id | null;
  readonly limit: number;
}

/** What the quota's numbers have to add up to. Pages are in the order of ids, and contain deleted libraries too. */
export interface RecountReads {
  libraryIds(page: Page<LibraryId>): Promise<LibraryId[]>;
  /** In a transaction it locks the row. */
  library(id: LibraryId): Promise<LibraryCounts | null>;
  /** Stored bytes of the charged locations of a range. */
  chargedBytes(range: ChunkRange): Promise<number>;
  /** What the chunks of all open uploads into a library add up to. */
  heldInLibrary(id: LibraryId): Promise<number>;
  openUploads(of: Page<UploadId> & { readonly libraryId: LibraryId }): Promise<UploadId[]>;
  /** What the upload's own chunks add up to. */
  heldByChunks(id: UploadId): Promise<number>;
  accountIds(page: Page<AccountId>): Promise<AccountId[]>;
  /** Stored bytes of the libraries that an account owns. */
  ownedBytes(id: AccountId): Promise<number>;
  /** What the chunks of all open uploads that an account pays for add up to. */
  heldOnAccount(id: AccountId): Promise<number>;
  organisationIds(page: Page<OrganisationId>): Promise<OrganisationId[]>;
}

export interface RecountWrites extends RecountReads {
  correctUpload(id: UploadId, counts: { readonly reservedBytes: number }): Promise<void>;
  correctLibrary(
    id: LibraryId,
    counts: { readonly storedBytes: number; readonly reservedBytes: number },
  ): Promise<void>;
  correctAccount(
    id: AccountId,
    counts: { readonly usedBytes: number; readonly reservedBytes: number; readonly sliceBytes: number },
  ): Promise<void>;
  correctOrganisation(id: OrganisationId, counts: { readonly slicedBytes: number }): Promise<void>;
}
