import type { ChunkId, ContentId, LibraryId, PackId } from '@tidesync/shared/ids';
import type { HealPlace } from '../domain/heal-places.ts';
import type { ArrivedPack, PackPlace } from './store-content.ts';

/** A content that needs a chunk whose bytes no pack has. */
export interface LostChunk {
  readonly libraryId: LibraryId;
  readonly contentId: ContentId;
  readonly chunkId: ChunkId;
}

export interface HealReads {
  /** All chunks that lie in a pack: at most `packChunksMax`. */
  chunksIn(pack: PackPlace): Promise<ChunkId[]>;
  placesOf(libraryId: LibraryId, chunkIds: readonly ChunkId[]): Promise<HealPlace[]>;
  /** Which of these chunks are noted as lost. */
  lostAmong(libraryId: LibraryId, chunkIds: readonly ChunkId[]): Promise<ReadonlySet<ChunkId>>;
  /** What is noted, of all libraries in the order of the key. */
  lostChunks(from: { readonly after: LostChunk | null; readonly limit: number }): Promise<LostChunk[]>;
  /** Contents of a library that need lost chunks, in the order of their ids. */
  wantedContents(from: {
    readonly libraryId: LibraryId;
    readonly after: ContentId | null;
    readonly limit: number;
  }): Promise<ContentId[]>;
  /** Whether there is any. */
  wantsAny(libraryId: LibraryId): Promise<boolean>;
  /** How many those are; libraries without any are left out. */
  wantedCounts(libraryIds: readonly LibraryId[]): Promise<ReadonlyMap<LibraryId, number>>;
  /** Of all libraries that are not deleted. */
  wantedTotal(): Promise<number>;
  suspectCount(libraryId: LibraryId): Promise<number>;
  /** Packs that devices had trouble with, the earliest first; null: it is not there, or known to be damaged. */
  suspects(limit: number): Promise<{ readonly place: PackPlace; readonly pack: ArrivedPack | null }[]>;
  /** Of these packs, those that are not known to be damaged and were not read since `readByMs`. */
  unreadSince(libraryId: LibraryId, packIds: readonly PackId[], readByMs: number): Promise<PackId[]>;
}

/** What writes about places comes after `touchReferences`, so that nobody seals or frees the same chunks meanwhile. */
export interface HealWrites extends HealReads {
  addLost(lost: readonly LostChunk[], sinceMs: number): Promise<void>;
  dropLost(libraryId: LibraryId, chunkIds: readonly ChunkId[]): Promise<void>;
  /** Forgets that these chunks lie in a damaged pack; it is empty from then on if nothing is left in it. */
  dropPlaces(
    pack: PackPlace,
    dropped: { readonly chunkIds: readonly ChunkId[]; readonly atMs: number },
  ): Promise<{ readonly emptied: boolean }>;
  /** The owner pays for the chunks in this pack from now on. */
  chargePlaces(pack: PackPlace, chunkIds: readonly ChunkId[]): Promise<void>;
  addSuspects(libraryId: LibraryId, packIds: readonly PackId[], atMs: number): Promise<void>;
  dropSuspect(pack: PackPlace): Promise<void>;
}
