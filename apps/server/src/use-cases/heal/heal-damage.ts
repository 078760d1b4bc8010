import type { ChunkId, LibraryId } from '@tidesync/shared/ids';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { PackPlace } from '../../ports/store-content.ts';
import type { LostChunk } from '../../ports/store-heal.ts';
import type { HealPorts } from './heal-library.ts';
import { healLibrary } from './heal-library.ts';

export const HEAL_JOB = 'heal-damage';
export const HEAL_EVERY_MS = 10_000;
/** One run takes no more, so that it ends soon and reads no more than some hundred MiB. */
export const PACKS_PER_HEAL_RUN_MAX = 30;
const LOST_PER_PAGE = 1_000;
const LOST_LOOKED_AT_PER_RUN_MAX = 20_000;

export interface HealOptions {
  /** Hears of contents that were found to need bytes which no pack has: for the log. */
  readonly onLost: (libraryId: LibraryId, contents: number) => void;
  /** Default: PACKS_PER_HEAL_RUN_MAX. */
  readonly packsPerRunMax?: number;
}
export interface HealRun {
  readonly salvaged: number;
  /** Contents newly wanted from whoever has them. */
  readonly wanted: number;
  readonly emptied: number;
  /** Chunks that were lost and are there again. */
  readonly found: number;
}
export interface HealJob {
  readonly name: typeof HEAL_JOB;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<HealRun>;
}

type Ports = HealPorts & Pick<ServerPorts, 'doorbells' | 'metrics'>;

/**
 * Heals what is damaged, as far as the server can by itself, and notes what it wants from devices for the rest. Walks
 * through the damaged packs; each run goes on where the last one of this server stopped, and two at once do nothing
 * twice. Errors of a run: `storeUnavailable`, `serverDiskFull`, `databaseUnavailable`, `busy`.
 */
export function healDamageJob(ports: Ports, options: HealOptions): HealJob {
  const { packsPerRunMax = PACKS_PER_HEAL_RUN_MAX } = options;
  let afterPack: PackPlace | null = null;
  let afterLost: LostChunk | null = null;

  async function run(signal: AbortSignal): Promise<HealRun> {
    const found = await noteFound(signal);
    let [salvaged, wanted, emptied] = [0, 0, 0];
    const packs = await nextPacks();
    for (const [libraryId, own] of Map.groupBy(packs, (pack) => pack.libraryId)) {
      if (signal.aborted) break;
      // Of a deleted library, or one that is being imported, nothing is wanted.
      if ((await ports.store.read.libraries.byId(libraryId)) === null) continue;
      const healed = await healLibrary(ports, libraryId, own);
      salvaged += healed.salvaged;
      emptied += healed.emptied;
      wanted += healed.wanted;
      ports.metrics.count('chunksHealed', {}, healed.salvaged);
      if (healed.wanted === 0) continue;
      ports.metrics.count('contentsLost', {}, healed.wanted);
      options.onLost(libraryId, healed.wanted);
      await ring(libraryId);
    }
    return { salvaged, wanted, emptied, found };
  }

  async function nextPacks(): Promise<readonly PackPlace[]> {
    const packsAfter = (after: PackPlace | null) =>
      ports.store.read.content.packsToCheck({
        ...{ state: 'damaged', after, limit: packsPerRunMax },
        checkedByMs: Number.MAX_SAFE_INTEGER,
      });
    let packs = await packsAfter(afterPack);
    if (packs.length === 0 && afterPack !== null) packs = await packsAfter(null);
    afterPack = packs.length < packsPerRunMax ? null : (packs.at(-1) ?? null);
    return packs;
  }

  /** What was lost and lies in a verified pack now is wanted no more. */
  async function noteFound(signal: AbortSignal): Promise<number> {
    let found = 0;
    for (let looked = 0; looked < LOST_LOOKED_AT_PER_RUN_MAX && !signal.aborted; looked += LOST_PER_PAGE) {
      const page = await ports.store.read.heal.lostChunks({ after: afterLost, limit: LOST_PER_PAGE });
      for (const [libraryId, lost] of Map.groupBy(page, (one) => one.libraryId)) {
        found += await noteFoundIn(libraryId, [...new Set(lost.map((one) => one.chunkId))]);
      }
      afterLost = page.length < LOST_PER_PAGE ? null : (page.at(-1) ?? null);
      if (afterLost === null) break;
    }
    return found;
  }

  async function noteFoundIn(libraryId: LibraryId, chunkIds: readonly ChunkId[]): Promise<number> {
    const ofChunk = Map.groupBy(
      await ports.store.read.heal.placesOf(libraryId, chunkIds),
      (place) => place.chunkId,
    );
    // One that has no place any more was freed with its library, or with its pack: nobody waits for it.
    const over = chunkIds.filter((id) => ofChunk.get(id)?.some((place) => place.verified) ?? true);
    if (over.length === 0) return 0;
    await ports.store.transact((tx) => tx.heal.dropLost(libraryId, over), { repeatable: true });
    ports.metrics.count('chunksHealed', {}, over.length);
    await ring(libraryId);
    return over.length;
  }

  /** Devices look whether something is wanted, or can be had again. */
  async function ring(libraryId: LibraryId): Promise<void> {
    const headSeq = (await ports.store.read.tree.heads([libraryId])).get(libraryId);
    if (headSeq !== undefined) ports.doorbells.ring({ libraryId, headSeq });
  }

  return { name: HEAL_JOB, everyMs: HEAL_EVERY_MS, run };
}
