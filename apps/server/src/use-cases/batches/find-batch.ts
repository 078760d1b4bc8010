import type { BatchId, LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Batch } from '@tidesync/shared/wire/batches';
import type { Reads } from '../../ports/store.ts';
import type { BatchCommit, ChangeCounts } from '../../ports/store-batches.ts';
import { sha256Hex } from '../sha256-hex.ts';

/** The commits of a batch, in order; at least one. */
export type BatchCommits = readonly [BatchCommit, ...BatchCommit[]];

/** By the `firstSeq` of any of its commits. Errors: `batchMissing`. */
export async function findBatch(reads: Reads, libraryId: LibraryId, firstSeq: number): Promise<BatchCommits> {
  const commit = await reads.batches.commitAt(libraryId, firstSeq);
  if (commit === null) fail({ reason: 'batchMissing', batch: String(firstSeq) });
  if (commit.batchId === null) return [commit];
  const [first = commit, ...others] = await reads.batches.commitsOf(libraryId, [commit.batchId]);
  return [first, ...others];
}

/**
 * What undoes a batch is a batch of its own, whose id follows from the other's place: whoever undoes it again, from
 * whatever device, goes on where the first one stopped. A UUIDv8 (RFC 9562), so that it is none that a device draws.
 */
export function undoIdOf(libraryId: LibraryId, [first]: BatchCommits): BatchId {
  const hex = sha256Hex(`undo ${libraryId} ${first.firstSeq}`);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...groups, hex.slice(20, 32)].join('-') as BatchId;
}

/** Batches as they are shown. */
export async function viewsOf(
  reads: Reads,
  libraryId: LibraryId,
  batches: readonly BatchCommits[],
): Promise<Batch[]> {
  const counts = await reads.batches.countChanges(libraryId, batches.flat());
  const undoIds = batches.map((commits) => undoIdOf(libraryId, commits));
  const undone = await reads.batches.commitsOf(libraryId, undoIds);
  return batches.map((commits, index) => {
    const [first] = commits;
    const last = commits.at(-1) ?? first;
    return {
      firstSeq: first.firstSeq,
      lastSeq: last.lastSeq,
      startedAtMs: first.atMs,
      atMs: last.atMs,
      device: last.device,
      ...summed(commits.flatMap((commit) => counts.get(commit.firstSeq) ?? [])),
      undoneBy: undone.find((commit) => commit.batchId === undoIds[index])?.firstSeq ?? null,
    };
  });
}

function summed(counts: readonly ChangeCounts[]): ChangeCounts {
  const sum = (what: keyof ChangeCounts) => counts.reduce((total, one) => total + one[what], 0);
  return {
    created: sum('created'),
    edited: sum('edited'),
    moved: sum('moved'),
    attributes: sum('attributes'),
    deleted: sum('deleted'),
  };
}

/** Whole commits from the start of a list, as many as a transaction takes together. */
export function oneTransactionOf(commits: readonly BatchCommit[], opsMax: number): BatchCommit[] {
  const part: BatchCommit[] = [];
  let ops = 0;
  for (const commit of commits) {
    ops += commit.lastSeq - commit.firstSeq + 1;
    if (ops > opsMax && part.length > 0) break;
    part.push(commit);
  }
  return part;
}
