import type { ChunkId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail, isFailure } from '@tidesync/shared/problems';
import type { Way } from '../../ports/server.ts';
import type { BuiltPack } from './pack-builder.ts';
import type { SentBytes } from './pack-progress.ts';
import { sendChunks } from './send-chunks.ts';
import { createSlots } from './slots.ts';
import { stagePages } from './stage-pages.ts';
import { transferLimits } from './transfer-limits.ts';
import { withTries } from './tries.ts';
import type { UploadJob } from './upload-job.ts';
import { knownBytes, progressOf, unknownChunks, uploadJob } from './upload-job.ts';
import type { UploadSession } from './upload-session.ts';
import { createUploadSessions } from './upload-session.ts';
import type { Uploader, UploaderOptions, UploadOutcome } from './upload-types.ts';

/** See `Uploader` for what it promises. */
export function createUploader(options: UploaderOptions): Uploader {
  const { server, objects, sha256, pace } = options;
  const sessions = createUploadSessions(options);
  const buffers = createSlots(transferLimits.packBuffersMax);
  const tell = (job: UploadJob) => options.onProgress?.(progressOf(job));

  const shipIn =
    (session: UploadSession, signal: AbortSignal) => async (pack: BuiltPack, sent: SentBytes) => {
      const packId = await withTries(options, signal, async () => {
        // First the turn: what waits for one must not have an address that ends meanwhile.
        const turn = await pace.turn(signal);
        try {
          const wanted = [{ sha256: pack.sha256, sizeBytes: pack.bytes.length }];
          const [signed] = await server.signPacks(session.uploadId, wanted);
          if (signed === undefined) fail({ reason: 'storeUnavailable', detail: 'no address was given' });
          const outcome = await objects.put(signed, [pack.bytes], counted(turn, sent));
          if (outcome === 'expired')
            fail({ reason: 'storeUnavailable', detail: 'the signed address expired' });
          return signed.packId;
        } finally {
          turn.end();
        }
      });
      await server.sealPacks(session.uploadId, [{ packId, entries: pack.entries }]);
      for (const { chunkId } of pack.entries) session.known.add(chunkId);
    };

  /** Everything the open jobs need is on the server afterwards, or they are not open any more. */
  const send = async (session: UploadSession, jobs: readonly UploadJob[], signal: AbortSignal) => {
    for (;;) {
      const unknown = unknownChunks(jobs, session.known);
      if (unknown.size === 0) return;
      const others = [...unknown.keys()].flatMap((id) => session.sending.get(id) ?? []);
      const mine = new Set([...unknown.keys()].filter((id) => !session.sending.has(id)));
      await claimed(session, mine, () =>
        sendChunks({ ...options, buffers, jobs, wanted: mine, tell, ship: shipIn(session, signal), signal }),
      );
      // Another call sends the rest. If that fails, the next time round they are ours.
      await Promise.all(others);
    }
  };

  const stage = async (session: UploadSession, jobs: readonly UploadJob[]) => {
    const open = jobs.filter((job) => job.outcome === null);
    for (const { lists, revisions } of stagePages(open.map((job) => job.filed))) {
      const listed = lists.map(({ ref, refs }) => ({ id: ref.id, refs }));
      await server.stage(session.uploadId, listed, revisions);
    }
    for (const job of open) {
      job.doneBytes = job.sizeBytes;
      tell(job);
      job.outcome = { is: 'staged', sentBytes: job.sentBytes };
    }
  };

  const round = async (session: UploadSession, jobs: readonly UploadJob[], signal: AbortSignal) => {
    await reserve(options.server, session, jobs);
    for (const job of jobs) job.doneBytes = knownBytes(job, session.known);
    await send(session, jobs, signal);
    signal.throwIfAborted();
    await stage(session, jobs);
  };

  return {
    async upload(files, signal) {
      const jobs = files.map((file) => uploadJob(file, sha256));
      for (let rounds = 1; jobs.some((job) => job.outcome === null); rounds++) {
        signal.throwIfAborted();
        const session = await sessions.current();
        try {
          await round(session, jobs, signal);
        } catch (error) {
          // The server forgot what it had said or taken; asking again finds out what is left to do.
          const forgot = isFailure(error, 'uploadExpired', 'chunksMissing', 'packMissing', 'chunkMismatch');
          if (!forgot || rounds === transferLimits.roundsMax) throw error;
          if (isFailure(error, 'uploadExpired')) sessions.drop(session);
          else session.known.clear();
        }
      }
      return jobs.map((job) => job.outcome as UploadOutcome);
    },
  };
}

/** The same way; tells how much of this try has gone. */
function counted({ signal, take }: Way, sent: SentBytes): Way {
  let goneBytes = 0;
  let goingBytes = 0;
  sent(0);
  return {
    signal,
    async take(bytes) {
      goneBytes += goingBytes;
      if (goingBytes > 0) sent(goneBytes);
      goingBytes = 0; // while it waits
      goingBytes = await take(bytes);
      return goingBytes;
    },
  };
}

/** Marks chunks as being sent by us while `work` runs, so that calls side by side do not send them twice. */
async function claimed(session: UploadSession, mine: ReadonlySet<ChunkId>, work: () => Promise<void>) {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  for (const id of mine) session.sending.set(id, over);
  try {
    await work();
  } finally {
    for (const id of mine) session.sending.delete(id);
    end();
  }
}

/** Asks what is missing, which reserves quota for it. Jobs that do not fit get their trouble. */
async function reserve(
  server: UploaderOptions['server'],
  session: UploadSession,
  jobs: readonly UploadJob[],
) {
  const ask = async (some: readonly UploadJob[]) => {
    const refs = [...unknownChunks(some, session.known).values()];
    for (let at = 0; at < refs.length; at += limits.chunksPerMissingCallMax) {
      const page = refs.slice(at, at + limits.chunksPerMissingCallMax);
      const missing = await server.missingChunks(session.uploadId, page);
      page.forEach((ref, index) => {
        if (missing[index] === false) session.known.add(ref.id);
      });
    }
  };
  const smallestFirst = [...jobs].sort((a, b) => a.sizeBytes - b.sizeBytes);
  try {
    await ask(smallestFirst);
    return;
  } catch (error) {
    if (!isFailure(error, 'quotaExceeded')) throw error;
  }
  for (const job of smallestFirst) {
    try {
      await ask([job]);
    } catch (error) {
      if (!isFailure(error, 'quotaExceeded')) throw error;
      job.outcome = { is: 'trouble', trouble: { code: 'refused', problem: error.problem } };
    }
  }
}
