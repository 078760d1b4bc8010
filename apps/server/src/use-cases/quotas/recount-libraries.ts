import { assert } from '@tidesync/shared/brand';
import type { AccountId, ChunkId, LibraryId, UploadId } from '@tidesync/shared/ids';
import type { QuotaDrift } from '@tidesync/shared/wire/quotas';
import type { LibraryCounts, RecountReads } from '../../ports/store-recount.ts';
import type { Recount } from './recount-step.ts';
import { driftsOf, noteUnrepaired, repair } from './recount-step.ts';

/** Read at a time: some ten thousand locations, as chunks have 1 MiB on average. */
const BYTES_PER_RANGE = 16 * 1_024 ** 3;
const RANGES_MAX = 256;
/** How often a library may change under an open count before it is counted with its row locked. */
const OPEN_COUNTS_MAX = 3;

/** What an open upload holds is what its chunks add up to. */
export async function recountUpload(run: Recount, uploadId: UploadId): Promise<QuotaDrift[]> {
  return run.store.transact(async (tx) => {
    const upload = await tx.content.upload(uploadId);
    if (upload === null || !upload.open) return [];
    const counted = { reservedBytes: await tx.recount.heldByChunks(uploadId) };
    const drifts = driftsOf({ what: 'upload', id: uploadId }, upload, counted);
    await repair(tx, run, { drifts, correct: () => tx.recount.correctUpload(uploadId, counted) });
    return drifts;
  });
}

/** What a library stores is the sum of its charged locations; what it holds is the sum of its open uploads. */
export async function recountLibrary(run: Recount, libraryId: LibraryId): Promise<QuotaDrift[]> {
  for (let triesLeft = OPEN_COUNTS_MAX; triesLeft > 0; triesLeft--) {
    const judged = await judge(run, libraryId, await countOpenly(run.store.read.recount, libraryId));
    if (judged !== null) return noted(run, judged);
  }
  // It never holds still: count while nobody can seal.
  const judged = await judge(run, libraryId, null);
  assert(judged !== null, 'a locked library holds still');
  return noted(run, judged);
}

interface Judgement {
  readonly drifts: QuotaDrift[];
  readonly ownerId: AccountId | null;
  /** Of what it stores, by a repair. */
  readonly changeBytes: number;
}
const NOTHING: Judgement = { drifts: [], ownerId: null, changeBytes: 0 };

function noted(run: Recount, { drifts, ownerId, changeBytes }: Judgement): QuotaDrift[] {
  if (ownerId !== null) noteUnrepaired(run, ownerId, changeBytes);
  return drifts;
}

interface OpenCount {
  readonly storedBytes: number;
  readonly refVersion: number;
}

/** A sum that takes no lock, range by range, and the version of the library that it is good for. */
async function countOpenly(reads: RecountReads, libraryId: LibraryId): Promise<OpenCount | null> {
  const library = await reads.library(libraryId);
  if (library === null) return null;
  const storedBytes = await chargedBytes(reads, libraryId, library);
  return { storedBytes, refVersion: library.refVersion };
}

/** Null: chunks may have been sealed since the open count. */
async function judge(run: Recount, libraryId: LibraryId, open: OpenCount | null): Promise<Judgement | null> {
  return run.store.transact(async (tx) => {
    const library = await tx.recount.library(libraryId);
    if (library === null) return NOTHING;
    if (open !== null && open.refVersion !== library.refVersion) return null;
    const storedBytes = open?.storedBytes ?? (await chargedBytes(tx.recount, libraryId, library));
    const counted = { storedBytes, reservedBytes: await tx.recount.heldInLibrary(libraryId) };
    const drifts = driftsOf({ what: 'library', id: libraryId }, library, counted);
    await repair(tx, run, { drifts, correct: () => tx.recount.correctLibrary(libraryId, counted) });
    return { drifts, ownerId: library.ownerId, changeBytes: storedBytes - library.storedBytes };
  });
}

async function chargedBytes(
  reads: RecountReads,
  libraryId: LibraryId,
  { storedBytes }: Pick<LibraryCounts, 'storedBytes'>,
): Promise<number> {
  const ranges = Math.min(RANGES_MAX, 1 + Math.floor(storedBytes / BYTES_PER_RANGE));
  let sum = 0;
  for (let index = 0; index < ranges; index++) {
    const below = index + 1 < ranges ? rangeStart(index + 1, ranges) : null;
    sum += await reads.chargedBytes({ libraryId, from: rangeStart(index, ranges), below });
  }
  return sum;
}

/** Chunk ids are hashes: their first byte divides them evenly. */
function rangeStart(index: number, ranges: number): ChunkId {
  const firstByte = Math.floor((index * RANGES_MAX) / ranges);
  return firstByte.toString(16).padStart(2, '0').padEnd(64, '0') as ChunkId;
}
