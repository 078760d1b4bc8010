import { assert } from '@tidesync/shared/brand';
import type { ChunkRef, FiledRevision } from '@tidesync/shared/chunk-list';
import { descriptionOf, encodeRefs, fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Sha256 } from '../../ports/environment.ts';
import type { Place } from './read-chunks.ts';
import { placesOf } from './read-chunks.ts';
import type { UploadFile, UploadOutcome, UploadProgress } from './upload-types.ts';

/** One file on its way; `outcome` is null until it is decided. */
export interface UploadJob {
  readonly file: UploadFile;
  readonly filed: FiledRevision;
  readonly sizeBytes: number;
  outcome: UploadOutcome | null;
  doneBytes: number;
  sentBytes: number;
  /** In packs that are on their way. */
  movingBytes: number;
}

/** Sent bytes that are no file's: what describes a revision, or the list chunk of a long one, in canonical form. */
export interface ListPart {
  readonly ref: ChunkRef;
  readonly bytes: Uint8Array;
}

/** What one job has to contribute to the packs. */
export interface SendTask {
  readonly job: UploadJob;
  readonly places: readonly Place[];
  readonly lists: readonly ListPart[];
  readonly sizeBytes: number;
}

export function uploadJob(file: UploadFile, sha256: Sha256): UploadJob {
  const filed = fileRevision(file.chunks, sha256);
  assert(filed.revision.contentId === file.contentId, 'a content id covers the chunk list it comes with');
  const { sizeBytes } = filed.revision;
  const job: UploadJob = {
    file,
    filed,
    sizeBytes,
    outcome: null,
    doneBytes: 0,
    sentBytes: 0,
    movingBytes: 0,
  };
  if (sizeBytes > limits.fileBytesMax) {
    const trouble = { code: 'tooLarge', limitBytes: limits.fileBytesMax, sizeBytes } as const;
    job.outcome = { is: 'trouble', trouble };
  }
  return job;
}

/** All chunks that must be on the server before the job's revision can be staged. */
export function* chunksOfJob(job: UploadJob): Generator<ChunkRef> {
  yield* job.file.chunks;
  for (const list of job.filed.lists) yield list.ref;
  const description = descriptionOf(job.filed.revision);
  if (description !== null) yield description.ref;
}

/** Every chunk of open jobs once, but those in `known`. */
export function unknownChunks(
  jobs: readonly UploadJob[],
  known: ReadonlySet<ChunkId>,
): Map<ChunkId, ChunkRef> {
  const unknown = new Map<ChunkId, ChunkRef>();
  for (const job of jobs) {
    if (job.outcome !== null) continue;
    for (const ref of chunksOfJob(job)) if (!known.has(ref.id)) unknown.set(ref.id, ref);
  }
  return unknown;
}

/** Gives each chunk of `wanted` to the first open job that has it; jobs that need not send are left out. */
export function sendTasks(jobs: readonly UploadJob[], wanted: ReadonlySet<ChunkId>): SendTask[] {
  const left = new Set(wanted);
  const tasks: SendTask[] = [];
  for (const job of jobs) {
    if (job.outcome !== null || left.size === 0) continue;
    const places = placesOf(job.file.chunks).filter(({ ref }) => left.delete(ref.id));
    const lists = job.filed.lists
      .filter(({ ref }) => left.delete(ref.id))
      .map(({ ref, refs }): ListPart => ({ ref, bytes: encodeRefs(refs) }));
    const description = descriptionOf(job.filed.revision);
    if (description !== null && left.delete(description.ref.id)) lists.push(description);
    if (places.length + lists.length === 0) continue;
    tasks.push({ job, places, lists, sizeBytes: places.reduce((sum, { ref }) => sum + ref.sizeBytes, 0) });
  }
  return tasks;
}

export function knownBytes(job: UploadJob, known: ReadonlySet<ChunkId>): number {
  return job.file.chunks.reduce((sum, ref) => sum + (known.has(ref.id) ? ref.sizeBytes : 0), 0);
}

export function progressOf(job: UploadJob): UploadProgress {
  const { file, sizeBytes, sentBytes, movingBytes } = job;
  const doneBytes = Math.min(sizeBytes, job.doneBytes + movingBytes);
  return { path: file.path, doneBytes, totalBytes: sizeBytes, sentBytes };
}
