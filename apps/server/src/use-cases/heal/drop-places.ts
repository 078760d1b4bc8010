import { assert } from '@tidesync/shared/brand';
import type { ChunkId } from '@tidesync/shared/ids';
import type { HealPlace } from '../../domain/heal-places.ts';
import { chargeAfter, standingOf } from '../../domain/heal-places.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { PackPlace } from '../../ports/store-content.ts';
import { settleAccounts } from '../quotas/room.ts';

/**
 * Forgets chunks of a damaged pack, and moves what the owner pays for them to where they lie now, or gives it back.
 * `replaced` forgets those alone that a verified pack has still. Whether the pack is empty now.
 * Errors: `databaseUnavailable`, `busy`.
 */
export async function dropPlaces(
  { store, clock }: Pick<ServerPorts, 'store' | 'clock'>,
  pack: PackPlace,
  { chunkIds, why }: { readonly chunkIds: readonly ChunkId[]; readonly why: 'replaced' | 'unneeded' },
): Promise<boolean> {
  const atMs = clock.nowMs();
  return store.transact(
    async (tx) => {
      if (!(await tx.tree.touchReferences(pack.libraryId))) return false;
      const ofChunk = Map.groupBy(await tx.heal.placesOf(pack.libraryId, chunkIds), (one) => one.chunkId);
      const dropped = [...ofChunk.values()].flatMap((places) => {
        const own = places.find((one) => one.packId === pack.packId);
        if (!own?.damaged) return [];
        return why === 'unneeded' || standingOf(own, places) === 'replaced' ? [{ own, places }] : [];
      });
      if (dropped.length === 0) return false;
      const { emptied } = await tx.heal.dropPlaces(pack, {
        chunkIds: dropped.map(({ own }) => own.chunkId),
        atMs,
      });
      await moveCharges(tx, pack, dropped);
      return emptied;
    },
    // Run again, it finds these places gone.
    { repeatable: true },
  );
}

interface Dropped {
  readonly own: HealPlace;
  readonly places: readonly HealPlace[];
}

async function moveCharges(tx: Writes, { libraryId }: PackPlace, dropped: readonly Dropped[]): Promise<void> {
  const moves = dropped.map(({ own, places }) => chargeAfter(own, places));
  const moved = moves.flatMap((move) => (move.is === 'moved' ? [move.to] : []));
  for (const [packId, places] of Map.groupBy(moved, (place) => place.packId)) {
    await tx.heal.chargePlaces(
      { libraryId, packId },
      places.map((place) => place.chunkId),
    );
  }
  const givenBytes = moves.reduce((sum, move) => sum + (move.is === 'givenBack' ? move.sizeBytes : 0), 0);
  if (givenBytes === 0) return;
  const library = await tx.garbage.library(libraryId);
  assert(library !== null, 'a library that is held exists');
  const bill = { chargeBytes: -givenBytes, releaseBytes: 0 };
  await tx.libraries.settle({ libraryId, ...bill });
  await settleAccounts(tx, [{ accountId: library.ownerId, ...bill }]);
}
