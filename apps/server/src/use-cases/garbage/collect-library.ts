import type { ChunkId } from '@tidesync/shared/ids';
import type { MeasuredLibrary } from '../../ports/store-garbage.ts';
import type { Actor } from '../audit/record.ts';
import { record } from '../audit/record.ts';
import type { Begun } from './begin-library.ts';
import { beginLibrary } from './begin-library.ts';
import { deletePacks } from './delete-packs.ts';
import type { LibraryRun } from './library-run.ts';
import type { IdRange } from './mark-chunks.ts';
import { markChunks } from './mark-chunks.ts';
import { measureFiles, measurePacks } from './measure-library.ts';
import type { ChunkSums } from './walk-chunks.ts';
import { emptySums, walkChunks } from './walk-chunks.ts';

/** Marked at once, each some hundred bytes of memory. */
const CHUNKS_PER_RANGE_MAX = 500_000;
const RANGES_MAX = 4_096;
const ID_DIGITS = 64;

type CollectFrom = Parameters<typeof beginLibrary>[0] & {
  readonly actor: Actor;
  /** Chunks that are marked at once; for tests. */
  readonly chunksPerRangeMax?: number | undefined;
};

/**
 * Collects the garbage of one library, step by step; whoever is killed between two has lost nothing, and the next
 * collection goes on with what it finds. Errors: `Damaged`, `Overtaken`, `Stopped`, `storeUnavailable`.
 */
export async function collectLibrary(from: CollectFrom): Promise<void> {
  const begun = await beginLibrary(from);
  if (begun === null) return;
  const { run } = begun;
  const sums = emptySums();
  const places = await run.ports.store.read.rows.count({ table: 'locations', libraryId: run.libraryId });
  for (const [index, range] of rangesFor(places, from.chunksPerRangeMax ?? CHUNKS_PER_RANGE_MAX).entries()) {
    const marked = await markChunks(run, range, { drops: index === 0 });
    sums.isWaiting ||= marked.isWaiting;
    await walkChunks(run, range, { marked, sums });
  }
  await deletePacks(run);
  await noteDown(from.actor, begun, sums);
}

/** The ids of chunks in as many ranges as there have to be. They are hashes, so each has about as many. */
function rangesFor(places: number, chunksPerRangeMax: number): IdRange[] {
  const count = Math.min(RANGES_MAX, Math.max(1, Math.ceil(places / chunksPerRangeMax)));
  const starts = Array.from({ length: count }, (_, index) => {
    const lead = Math.floor((index * 65_536) / count);
    return lead.toString(16).padStart(4, '0').padEnd(ID_DIGITS, '0') as ChunkId;
  });
  return starts.map((from, index) => ({ from, below: starts[index + 1] ?? null }));
}

async function noteDown(actor: Actor, { run, ...begun }: Begun, sums: ChunkSums): Promise<void> {
  if (run.dryRun) return;
  const { isWaiting, ...chunks } = sums;
  const files = run.isOver ? NO_FILES : await measureFiles(run);
  const packs = await measurePacks(run);
  const waits =
    isWaiting || chunks.condemnedChunks > 0 || packs.emptyPacks > 0 || (begun.isDeleted && !run.isOver);
  const measured: MeasuredLibrary = {
    ...{ atMs: run.nowMs, refVersion: begun.refVersion, settled: !waits },
    ...{ ...files, ...chunks, ...packs },
  };
  await run.ports.store.transact(
    async (tx) => {
      await tx.garbage.setMeasured(run.libraryId, measured);
      await recordDone(actor, run, tx);
    },
    { repeatable: true },
  );
}
const NO_FILES = { liveFiles: 0, liveBytes: 0, trashFiles: 0, trashBytes: 0 };

/** One line for a collection that took anything away. */
async function recordDone(
  actor: Actor,
  { ports, libraryId, tally }: LibraryRun,
  tx: Parameters<typeof record>[0],
): Promise<void> {
  const { trashEnded, contentsDropped, chunksFreed, freedBytes, packsDeleted, deletedBytes } = tally;
  if (trashEnded + contentsDropped + chunksFreed + packsDeleted === 0) return;
  const details = { trashEnded, contentsDropped, chunksFreed, freedBytes, packsDeleted, deletedBytes };
  await record(tx, ports, { actor, action: 'garbageCollected', target: libraryId, details });
}
