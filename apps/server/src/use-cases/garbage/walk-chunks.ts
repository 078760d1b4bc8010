import type { AccountId, ChunkId, UploadId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Writes } from '../../ports/store.ts';
import type { ChunkPlace, FreedChunks } from '../../ports/store-garbage.ts';
import { settleAccounts } from '../quotas/room.ts';
import type { LibraryRun } from './library-run.ts';
import { stepOf } from './library-run.ts';
import type { IdRange, MarkedChunks } from './mark-chunks.ts';

const CHUNKS_PER_STEP = 1_000;
/** Of one transaction. A chunk that lies in more packs than this stays: nobody but a prankster makes one. */
const PLACES_PER_STEP_MAX = 5_000;

/** What the chunks of a library amount to. */
export type ChunkSums = {
  -readonly [Name in 'chunks' | 'chunkBytes' | 'historyBytes' | 'condemnedChunks' | 'condemnedBytes']: number;
} & {
  /** Something that nothing needs may still be used by an upload, so that it was left for now. */
  isWaiting: boolean;
};
export const emptySums = (): ChunkSums => ({
  ...{ chunks: 0, chunkBytes: 0, historyBytes: 0, condemnedChunks: 0, condemnedBytes: 0, isWaiting: false },
});

/** What is done with chunks of one step. */
interface Verdicts {
  readonly condemned: ChunkId[];
  readonly revived: ChunkId[];
  readonly freed: ChunkId[];
}
interface Walk {
  readonly marked: MarkedChunks;
  readonly sums: ChunkSums;
  readonly atWork: AtWork;
}
/** Uploads that are open, and whose they are. */
interface AtWork {
  readonly uploads: ReadonlySet<UploadId>;
  readonly accounts: ReadonlySet<AccountId>;
}

/**
 * Goes through the chunks of a range. What nothing needs is condemned; what was condemned by an earlier collection,
 * long enough ago, and is not marked by this one, is freed; what is needed after all is condemned no more. Each chunk
 * has one turn, so that nothing is freed by the collection that condemned it: whoever refers to a chunk between its
 * condemning and the marking is seen by the marking, and whoever does so later revives it.
 * Errors: `Overtaken`, `Damaged`, `Stopped`.
 */
export async function walkChunks(
  run: LibraryRun,
  range: IdRange,
  { marked, sums }: Pick<Walk, 'marked' | 'sums'>,
): Promise<void> {
  const { read } = run.ports.store;
  const open = await read.garbage.openUploads(run.libraryId, run.nowMs);
  const walk: Walk = {
    ...{ marked, sums },
    atWork: {
      uploads: new Set(open.map((upload) => upload.uploadId)),
      accounts: new Set(open.map((upload) => upload.accountId)),
    },
  };
  for (let from = range.from; ; ) {
    await run.proceed();
    const page = { libraryId: run.libraryId, from, below: range.below, limit: CHUNKS_PER_STEP };
    const ids = await read.garbage.chunksIn(page);
    const groups = Map.groupBy(await read.garbage.placesOf(run.libraryId, ids), (place) => place.chunkId);
    const verdicts: Verdicts = { condemned: [], revived: [], freed: [] };
    for (const [id, places] of groups) judge(run, walk, { id, places, verdicts });
    await carryOut(run, groups, verdicts);
    const last = ids.at(-1);
    if (last === undefined || ids.length < CHUNKS_PER_STEP) return;
    from = nextId(last);
  }
}

/** The id that follows. */
function nextId(id: ChunkId): ChunkId {
  return (BigInt(`0x${id}`) + 1n).toString(16).padStart(id.length, '0') as ChunkId;
}

interface Judged {
  readonly id: ChunkId;
  readonly places: readonly ChunkPlace[];
  readonly verdicts: Verdicts;
}

function judge(run: LibraryRun, { marked, sums, atWork }: Walk, { id, places, verdicts }: Judged): void {
  const storedBytes = bytesOf(places);
  const use = marked.useOf(id);
  if (use === 'nothing' && isDue(run, places)) {
    verdicts.freed.push(id);
    return;
  }
  sums.chunks += 1;
  sums.chunkBytes += storedBytes;
  if (use === 'history') sums.historyBytes += storedBytes;
  if (use !== 'nothing') {
    if (places.some((place) => place.condemnedAtMs !== null)) verdicts.revived.push(id);
    return;
  }
  if (!isCondemned(places) && isInWork(run, places, atWork)) {
    sums.isWaiting = true;
    return;
  }
  sums.condemnedChunks += 1;
  sums.condemnedBytes += storedBytes;
  if (isCondemned(places)) return;
  verdicts.condemned.push(id);
  run.tally.condemnedBytes += storedBytes;
}

const bytesOf = (places: readonly ChunkPlace[]) => places.reduce((sum, place) => sum + place.storedBytes, 0);
const isCondemned = (places: readonly ChunkPlace[]) => places.every((place) => place.condemnedAtMs !== null);

/** Condemned everywhere, long enough ago. */
function isDue({ nowMs }: Pick<LibraryRun, 'nowMs'>, places: readonly ChunkPlace[]): boolean {
  const dueMs = nowMs - limits.condemnedLifeMs;
  return (
    places.length <= PLACES_PER_STEP_MAX &&
    places.every(
      ({ condemnedAtMs, pack }) => pack !== null && condemnedAtMs !== null && condemnedAtMs <= dueMs,
    )
  );
}

/** A file on a slow line may take days, over several uploads; what was sealed of it is needed once it is whole. */
function isInWork(run: LibraryRun, places: readonly ChunkPlace[], { uploads, accounts }: AtWork): boolean {
  const youngMs = run.nowMs - limits.sealedLifeMs;
  return places.some(({ pack, uploaderId }) => {
    if (pack === null) return true;
    return uploads.has(pack.uploadId) || (pack.atMs > youngMs && accounts.has(uploaderId));
  });
}

async function carryOut(
  run: LibraryRun,
  groups: ReadonlyMap<ChunkId, readonly ChunkPlace[]>,
  { condemned, revived, freed }: Verdicts,
): Promise<void> {
  const { tally, libraryId, nowMs } = run;
  tally.chunksCondemned += condemned.length;
  tally.chunksRevived += revived.length;
  if (run.dryRun) {
    const places = freed.flatMap((id) => groups.get(id) ?? []);
    tally.chunksFreed += freed.length;
    tally.freedBytes += bytesOf(places.filter((place) => place.charged));
    return;
  }
  if (condemned.length + revived.length > 0) {
    await stepOf(run, async (tx) => {
      await tx.garbage.condemn(libraryId, condemned, nowMs);
      await tx.garbage.revive(libraryId, revived);
    });
  }
  for (const part of partsOf(freed, groups)) {
    await run.proceed();
    const done = await stepOf(run, (tx) => freePart(tx, run, part));
    tally.chunksFreed += done.chunks;
    tally.freedBytes += done.chargedBytes;
    tally.packsEmptied += done.packsEmptied;
  }
}

/** Parts of as many places as one transaction takes. */
function partsOf(ids: readonly ChunkId[], groups: ReadonlyMap<ChunkId, readonly ChunkPlace[]>): ChunkId[][] {
  const parts: ChunkId[][] = [];
  let left = 0;
  for (const id of ids) {
    const places = groups.get(id)?.length ?? 0;
    if (places > left) {
      parts.push([]);
      left = PLACES_PER_STEP_MAX;
    }
    parts.at(-1)?.push(id);
    left -= places;
  }
  return parts;
}

/** Frees those that are still as they were judged, and gives their room back to whoever owns the library now. */
async function freePart(
  tx: Writes,
  run: LibraryRun,
  ids: readonly ChunkId[],
): Promise<FreedChunks & { readonly chunks: number }> {
  const { libraryId, nowMs } = run;
  const groups = Map.groupBy(await tx.garbage.placesOf(libraryId, ids), (place) => place.chunkId);
  const due = [...groups.values()].filter((places) => isDue(run, places));
  if (due.length === 0) return { chunks: 0, chargedBytes: 0, storedBytes: 0, packsEmptied: 0 };
  const freed = await tx.garbage.free(libraryId, due.flat(), nowMs);
  if (freed.chargedBytes > 0) await giveBack(tx, run, freed.chargedBytes);
  return { chunks: due.length, ...freed };
}

async function giveBack(tx: Writes, { libraryId }: LibraryRun, sizeBytes: number): Promise<void> {
  const library = await tx.garbage.library(libraryId);
  if (library === null) return;
  const bill = { chargeBytes: -sizeBytes, releaseBytes: 0 };
  await tx.libraries.settle({ libraryId, ...bill });
  await settleAccounts(tx, [{ accountId: library.ownerId, ...bill }]);
}
