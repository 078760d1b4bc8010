import type { PackId } from '@tidesync/shared/ids';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { LibraryRun } from './library-run.ts';

const DAY_MS = 24 * 3_600_000;
const PACKS_PER_STEP = 100;

/**
 * Deletes the objects of packs that have been empty for as long as backups are kept, each before what is known of it: a
 * server that is killed in between deletes it once more. Nothing can be in an empty pack ever again.
 * Errors: `storeUnavailable`, `Stopped`.
 */
export async function deletePacks(run: LibraryRun): Promise<void> {
  const { ports, libraryId, nowMs, tally } = run;
  const { store, objectStore, policy } = ports;
  const emptiedByMs = nowMs - policy.deleteAfterDays * DAY_MS;
  for (let after: PackId | null = null; ; ) {
    await run.proceed();
    const page = { libraryId, emptiedByMs, after, limit: PACKS_PER_STEP };
    const packs = await store.read.garbage.emptyPacks(page);
    if (!run.dryRun && packs.length > 0) {
      for (const { packId } of packs) await objectStore.delete(objectKeyOf(libraryId, packId));
      const packIds = packs.map((pack) => pack.packId);
      await store.transact((tx) => tx.garbage.forgetPacks(libraryId, packIds), { repeatable: true });
    }
    tally.packsDeleted += packs.length;
    tally.deletedBytes += packs.reduce((sum, pack) => sum + pack.sizeBytes, 0);
    after = packs.at(-1)?.packId ?? null;
    if (packs.length < PACKS_PER_STEP) return;
  }
}
