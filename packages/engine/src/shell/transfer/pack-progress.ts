import type { ChunkId } from '@tidesync/shared/ids';
import type { BuiltPack } from './pack-builder.ts';
import type { UploadJob } from './upload-job.ts';

/** How much of a pack has gone in the try that runs; less than before when another one begins. */
export type SentBytes = (bytes: number) => void;

export interface PackProgress {
  readonly sent: SentBytes;
  /** It has arrived, or is given up. */
  end(): void;
}

/** Credits the bytes of a pack that is on its way to the files that they are of. */
export function packProgress(
  { entries }: Pick<BuiltPack, 'entries'>,
  owners: ReadonlyMap<ChunkId, UploadJob>,
  tell: (job: UploadJob) => void,
): PackProgress {
  let goneBytes = 0;
  let first = 0;
  const credited = new Map<UploadJob, number>();

  const takeBack = () => {
    for (const [job, bytes] of credited) job.movingBytes -= bytes;
    credited.clear();
    goneBytes = 0;
    first = 0;
  };
  const credit = (job: UploadJob, bytes: number) => {
    job.movingBytes += bytes;
    credited.set(job, (credited.get(job) ?? 0) + bytes);
    return job;
  };
  const sent = (bytes: number) => {
    if (bytes < goneBytes) takeBack();
    const moved = new Set<UploadJob>();
    let at = first;
    for (const { chunkId, offset, storedBytes } of entries.slice(first)) {
      const end = offset + storedBytes;
      const more = Math.min(bytes, end) - Math.max(goneBytes, offset);
      const job = owners.get(chunkId);
      if (more > 0 && job !== undefined) moved.add(credit(job, more));
      if (end > bytes) break;
      first = ++at;
    }
    goneBytes = bytes;
    for (const job of moved) tell(job);
  };
  return { sent, end: takeBack };
}
