import type { ChunkId, LibraryId } from '@tidesync/shared/ids';
import type { HealPlace, PlaceStanding } from '../../domain/heal-places.ts';
import { standingOf } from '../../domain/heal-places.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { PackPlace } from '../../ports/store-content.ts';
import type { LostChunk } from '../../ports/store-heal.ts';
import { ChunkReader } from '../verify/chunk-reader.ts';
import { dropPlaces } from './drop-places.ts';
import { Salvage } from './salvage.ts';
import { whoNeeds } from './who-needs.ts';

export type HealPorts = Pick<ServerPorts, 'store' | 'clock' | 'random' | 'objectStore'>;

export interface HealedLibrary {
  /** Chunks that could still be read, or made anew, and lie in packs of their own now. */
  readonly salvaged: number;
  /** Contents that were newly found to need what no pack has any more. */
  readonly wanted: number;
  /** Damaged packs that nothing is left in. */
  readonly emptied: number;
}

const ROWS_PER_TRANSACTION = 1_000;

/**
 * Brings some damaged packs of one library nearer to being empty: what lies elsewhere is dropped from them, what can
 * still be read is copied out of them, and what is lost is noted with the contents that need it.
 * Errors: `storeUnavailable`, `serverDiskFull`, `databaseUnavailable`, `busy`; what was done until then stays.
 */
export async function healLibrary(
  ports: HealPorts,
  libraryId: LibraryId,
  packs: readonly PackPlace[],
): Promise<HealedLibrary> {
  const healing = new LibraryHealing(ports, libraryId);
  for (const pack of packs) await healing.sort(pack);
  return healing.healOpen();
}

class LibraryHealing {
  readonly #ports: HealPorts;
  readonly #libraryId: LibraryId;
  readonly #salvage: Salvage;
  /** Chunks that lie in damaged packs alone and are not noted as lost, with those places. */
  readonly #open = new Map<ChunkId, readonly HealPlace[]>();
  #emptied = 0;

  constructor(ports: HealPorts, libraryId: LibraryId) {
    this.#ports = ports;
    this.#libraryId = libraryId;
    this.#salvage = new Salvage(ports, libraryId);
  }

  async sort(pack: PackPlace): Promise<void> {
    const { heal } = this.#ports.store.read;
    const ids = await heal.chunksIn(pack);
    const ofChunk = Map.groupBy(await heal.placesOf(this.#libraryId, ids), (place) => place.chunkId);
    const standing = new Map<PlaceStanding, ChunkId[]>();
    for (const [id, places] of ofChunk) {
      const own = places.find((place) => place.packId === pack.packId);
      if (own === undefined) continue;
      const is = standingOf(own, places);
      standing.set(is, [...(standing.get(is) ?? []), id]);
    }
    await this.#drop(pack, standing.get('replaced') ?? []);
    const open = standing.get('open') ?? [];
    const known = await heal.lostAmong(this.#libraryId, open);
    for (const id of open) if (!known.has(id)) this.#open.set(id, ofChunk.get(id) ?? []);
  }

  async healOpen(): Promise<HealedLibrary> {
    const unread = await this.#salvageReadable();
    const lost = unread.size === 0 ? [] : await this.#noteLost(unread);
    await this.#salvage.finish();
    const wanted = new Set(lost.map((one) => one.contentId)).size;
    return { salvaged: this.#salvage.count, wanted, emptied: this.#emptied };
  }

  /** Answers the chunks whose bytes are in none of their packs. */
  async #salvageReadable(): Promise<Set<ChunkId>> {
    const reader = new ChunkReader(this.#ports.objectStore);
    const unread = new Set<ChunkId>();
    for (const [chunkId, places] of this.#open) {
      const [first] = places;
      if (first === undefined) continue;
      const sizes = new Set(places.map((place) => place.plainBytes));
      let bytes: Uint8Array | null = null;
      for (const sizeBytes of sizes)
        bytes ??= await reader.read({ id: chunkId, sizeBytes }, this.#keyed(places));
      if (bytes === null) unread.add(chunkId);
      else await this.#salvage.add({ chunkId, bytes, uploaderId: first.uploaderId });
    }
    return unread;
  }

  #keyed(places: readonly HealPlace[]) {
    return places.map((place) => ({ ...place, key: objectKeyOf(this.#libraryId, place.packId) }));
  }

  async #noteLost(unread: ReadonlySet<ChunkId>): Promise<readonly LostChunk[]> {
    const { store, clock } = this.#ports;
    // Who was about to stage a content with one of them has done so, or finds it missing from here on.
    await store.transact((tx) => tx.tree.touchReferences(this.#libraryId), { repeatable: true });
    const { lost, rebuilt } = await whoNeeds(this.#ports, this.#libraryId, unread);
    for (const [chunkId, bytes] of rebuilt) {
      const [place] = this.#open.get(chunkId) ?? [];
      if (place !== undefined) await this.#salvage.add({ chunkId, bytes, uploaderId: place.uploaderId });
    }
    const sinceMs = clock.nowMs();
    for (let at = 0; at < lost.length; at += ROWS_PER_TRANSACTION) {
      const part = lost.slice(at, at + ROWS_PER_TRANSACTION);
      await store.transact((tx) => tx.heal.addLost(part, sinceMs), { repeatable: true });
    }
    const needed = new Set(lost.map((one) => one.chunkId));
    await this.#dropUnneeded([...unread].filter((id) => !needed.has(id) && !rebuilt.has(id)));
    return lost;
  }

  /** Nobody misses them, in whichever packs they are said to lie. */
  async #dropUnneeded(ids: readonly ChunkId[]): Promise<void> {
    const places = ids.flatMap((id) => this.#open.get(id) ?? []);
    for (const [packId, own] of Map.groupBy(places, (place) => place.packId)) {
      await this.#drop(
        { libraryId: this.#libraryId, packId },
        own.map((place) => place.chunkId),
      );
    }
  }

  async #drop(pack: PackPlace, ids: readonly ChunkId[]): Promise<void> {
    for (let at = 0; at < ids.length; at += ROWS_PER_TRANSACTION) {
      const part = ids.slice(at, at + ROWS_PER_TRANSACTION);
      if (await dropPlaces(this.#ports, pack, part)) this.#emptied += 1;
    }
  }
}
