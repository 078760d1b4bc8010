import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath } from '@tidesync/shared/names';
import { changedAgoMs, hasCoarseTimes, isInTick, TICK_MS } from '../core/coarse-times.ts';
import { decide } from '../core/decide.ts';
import type { LocalPresent, RemotePresent, Triple } from '../core/entry.ts';
import { localPathOf, shownPathOf } from '../core/path-of.ts';
import type { Plan } from '../core/plan.ts';
import type { CutResult, OnRead } from '../ports/cutter.ts';
import { isDiskError } from '../ports/disk.ts';
import type { Jobs } from './jobs.ts';
import { layout } from './layout.ts';
import type { OpenParts } from './root-parts.ts';
import { readAgain } from './round.ts';
import { requireMovable } from './safe-moves.ts';
import { writeTrouble } from './transfer/disk-trouble.ts';
import type { Downloader, DownloadFile } from './transfer/download-types.ts';
import type { Uploader, UploadFile } from './transfer/upload-types.ts';
import type { TroubleBook } from './trouble-book.ts';

export interface TransferEnds {
  readonly uploader: Uploader;
  readonly downloader: Downloader;
}

/** How much runs beside the loop at once, for each root. */
const bounds = {
  readsMax: 2_000,
  /** While more reads than this run, small uploads wait to share a call with what they find. */
  readsToWaitFor: 32,
  uploadCallsMax: 3,
  fetchCallsMax: 3,
  filesPerCallMax: 500,
  bytesPerCallMax: 64 * 1024 * 1024,
} as const;

/** A file is left alone until it has been still for this long; programs write in several steps. */
const SETTLE_MS = 200;

/**
 * Starts what a plan wants to run beside the loop. `soonestReadMs`: when a file that is not still yet is worth another
 * look; `readsAgain`: what the journal no longer knew of some contents has to be read once more.
 */
export function startJobs(
  parts: OpenParts,
  ends: TransferEnds & { jobs: Jobs; troubles: TroubleBook },
  plan: Pick<Plan, 'reads' | 'fetches' | 'uploads'>,
): { soonestReadMs: number | null; readsAgain: boolean } {
  const soonestReadMs = startReads(parts, ends.jobs, plan.reads);
  startFetches(parts, ends, plan.fetches);
  const forgotten = startUploads(parts, ends, plan.uploads);
  for (const id of forgotten) readAgain(parts, id);
  return { soonestReadMs, readsAgain: forgotten.length > 0 };
}

/** Starts reads for files that have been still for a moment; answers how soon the others are worth another look. */
function startReads(parts: OpenParts, jobs: Jobs, ids: readonly EntryId[]): number | null {
  let soonestMs: number | null = null;
  for (const id of ids) {
    if (jobs.running('read') >= bounds.readsMax) break;
    const path = localPathOf(parts.journal, id);
    const { local } = parts.journal.get(id);
    if (path === null || local.is === 'absent') continue;
    const waitMs = stillFor(local, parts.clock.nowMs());
    if (waitMs > 0) {
      soonestMs = Math.min(soonestMs ?? waitMs, waitMs);
      continue;
    }
    const { sizeBytes } = local.stamp;
    const onRead = (doneBytes: number) =>
      jobs.reading(id, { path, doneBytes: Math.min(doneBytes, sizeBytes), totalBytes: sizeBytes });
    jobs.start('read', [id], async (signal) => {
      try {
        jobs.report({ is: 'read', id, path, result: await readWhole(parts, { path, signal, onRead }) });
      } catch (error) {
        if (signal.aborted) throw error;
        jobs.report({ is: 'readFailed', id, path, error });
      } finally {
        jobs.readings.delete(id);
      }
    });
  }
  return soonestMs;
}

/** What had changed by the time that it was opened may be in the middle of a coarse tick again. */
async function readWhole(
  { cutter, clock }: OpenParts,
  { path, signal, onRead }: { path: RelPath; signal: AbortSignal; onRead: OnRead },
): Promise<CutResult> {
  const sinceMs = clock.nowMs();
  const result = await cutter.cut(path, signal, onRead);
  return result.is === 'cut' && isInTick(result.node.stamp, sinceMs) ? { is: 'changed' } : result;
}

/**
 * Milliseconds until a file counts as still; a time in the future (a wrong clock) is no reason to wait. What is read
 * before a coarse tick is over could change without a sign.
 */
function stillFor({ stamp }: LocalPresent, nowMs: number): number {
  const ageMs = changedAgoMs(stamp, nowMs);
  const settleMs = hasCoarseTimes(stamp) ? TICK_MS + SETTLE_MS : SETTLE_MS;
  return ageMs >= 0 && ageMs < settleMs ? settleMs - ageMs : 0;
}

interface Uploading {
  readonly id: EntryId;
  readonly file: UploadFile;
  readonly sizeBytes: number;
}

/** Starts uploads, small files first and many in one call; answers ids whose chunks are not known any more. */
function startUploads(
  parts: OpenParts,
  { jobs, troubles, uploader }: { jobs: Jobs; troubles: TroubleBook; uploader: Uploader },
  uploads: Plan['uploads'],
): EntryId[] {
  const forgotten: EntryId[] = [];
  if (freeCalls(jobs, 'upload') === 0) return forgotten;
  const wanted: Uploading[] = [];
  for (const { id, contentId } of uploads) {
    const path = localPathOf(parts.journal, id);
    const { local } = parts.journal.get(id);
    if (path === null || local.is === 'absent') continue;
    const chunks = parts.journal.chunksOf(contentId);
    if (chunks === null) forgotten.push(id);
    else
      wanted.push({
        id,
        sizeBytes: local.stamp.sizeBytes,
        file: { path, contentId, chunks, stamp: local.stamp },
      });
  }
  if (jobs.running('read') > bounds.readsToWaitFor && wanted.length < bounds.filesPerCallMax)
    return forgotten;
  for (const batch of batches(wanted, { jobs, troubles, kind: 'upload' })) {
    for (const { file, sizeBytes } of batch) {
      const { path, contentId } = file;
      const direction = 'up';
      jobs.transfers.set(path, {
        direction,
        path,
        contentId,
        totalBytes: sizeBytes,
        doneBytes: 0,
        speed: null,
      });
    }
    jobs.start(
      'upload',
      batch.map(({ id }) => id),
      async (signal) => {
        try {
          const outcomes = await uploader.upload(
            batch.map(({ file }) => file),
            signal,
          );
          batch.forEach(({ id, file }, index) => {
            const outcome = outcomes[index];
            if (outcome !== undefined) jobs.report({ is: 'uploaded', id, file, outcome });
          });
        } finally {
          for (const { file } of batch) jobs.transfers.delete(file.path);
        }
      },
    );
  }
  return forgotten;
}

interface Fetching {
  readonly id: EntryId;
  readonly file: DownloadFile;
  readonly sizeBytes: number;
  readonly shown: RelPath;
}

/** Starts downloads, small files first and many in one call. */
function startFetches(
  parts: OpenParts,
  { jobs, troubles, downloader }: { jobs: Jobs; troubles: TroubleBook; downloader: Downloader },
  ids: readonly EntryId[],
): void {
  if (freeCalls(jobs, 'fetch') === 0) return;
  const wanted: Fetching[] = [];
  for (const id of ids) {
    const { remote, local } = parts.journal.get(id);
    if (remote.is === 'absent' || remote.body.kind !== 'file') continue;
    wanted.push(fetching(parts, { id, body: remote.body, local: local.is === 'present' ? local : null }));
  }
  for (const batch of batches(wanted, { jobs, troubles, kind: 'fetch' })) {
    const byTemp = new Map(batch.map((one) => [one.file.temp, one]));
    for (const { file, shown } of batch) {
      const { contentId, sizeBytes } = file;
      jobs.transfers.set(file.temp, {
        direction: 'down',
        path: shown,
        contentId,
        totalBytes: sizeBytes,
        doneBytes: 0,
        speed: null,
      });
    }
    jobs.start(
      'fetch',
      batch.map(({ id }) => id),
      async (signal) => {
        try {
          for (const one of batch) if (await reportIfBusy(parts, one, { jobs, troubles })) return;
          const files = batch.map(({ file }) => file);
          await downloader.download(files, signal, (file, outcome) => {
            const one = byTemp.get(file.temp);
            jobs.transfers.delete(file.temp);
            if (one !== undefined) jobs.report({ is: 'fetched', id: one.id, file, outcome });
          });
        } finally {
          for (const { file } of batch) jobs.transfers.delete(file.temp);
        }
      },
    );
  }
}

/** What would be replaced may be open still: then nothing is fetched, nor read again, for it (S63). */
async function reportIfBusy(
  { disk, journal }: OpenParts,
  { id, file }: Fetching,
  { jobs, troubles }: { jobs: Jobs; troubles: TroubleBook },
): Promise<boolean> {
  const path = localPathOf(journal, id);
  if (!troubles.isBusy(id) || path === null) return false;
  try {
    await requireMovable(disk, path);
    return false;
  } catch (error) {
    if (!isDiskError(error)) throw error;
    jobs.report({ is: 'fetched', id, file, outcome: { is: 'trouble', trouble: writeTrouble(error, 0) } });
    return true;
  }
}

interface Wanted {
  readonly id: EntryId;
  readonly body: Extract<RemotePresent['body'], { kind: 'file' }>;
  readonly local: LocalPresent | null;
}

function fetching(parts: OpenParts, { id, body, local }: Wanted): Fetching {
  const { contentId, sizeBytes } = body;
  const temp = joinPath(layout.temporary, `${contentId.slice(0, 32)}-${id}` as EntryName);
  const old = local?.body.kind === 'file' && local.body.contentId !== null ? local.body.contentId : null;
  const path = localPathOf(parts.journal, id);
  const chunks = old === null ? null : parts.journal.chunksOf(old);
  const reuse = path !== null && chunks !== null ? { reuse: { path, chunks } } : {};
  const file: DownloadFile = { contentId, sizeBytes, temp, ...attributesOf(parts.journal.get(id)), ...reuse };
  return { id, file, sizeBytes, shown: shownPathOf(parts.journal, id) };
}

/** Of the file as it is to be: remote's, but where only the local ones changed since both agreed. */
export function attributesOf(triple: Triple): { executable: boolean; mtimeMs: number } {
  const decision = decide(triple);
  const { local, remote } = triple;
  const keepsOwn = decision.is === 'merge' && decision.attributes === 'push' && local.is === 'present';
  const from = keepsOwn ? local : remote;
  const isFile = from.is === 'present' && from.body.kind === 'file';
  return {
    executable: isFile && from.body.executable === true,
    mtimeMs: from.is === 'present' ? from.mtimeMs : 0,
  };
}

interface Calls {
  readonly jobs: Jobs;
  readonly troubles: TroubleBook;
  readonly kind: 'upload' | 'fetch';
}
/** How many more calls of that kind may start now. */
function freeCalls(jobs: Jobs, kind: Calls['kind']): number {
  return (kind === 'upload' ? bounds.uploadCallsMax : bounds.fetchCallsMax) - jobs.running(kind);
}

interface Sized {
  readonly id: EntryId;
  readonly sizeBytes: number;
}

/**
 * Cuts a list into as many calls as may start now: smallest files first, many in a call; those that failed before
 * come last and alone, so that they hold nobody back. What is left over waits for the next plan.
 */
function batches<T extends Sized>(wanted: readonly T[], { jobs, troubles, kind }: Calls): T[][] {
  const bySize = [...wanted].sort((a, b) => a.sizeBytes - b.sizeBytes);
  const suspects = bySize.filter(({ id }) => troubles.isSuspect(id));
  const calls = filled(bySize.filter(({ id }) => !troubles.isSuspect(id)));
  return [...calls, ...suspects.map((one) => [one])].slice(0, freeCalls(jobs, kind));
}

function filled<T extends Sized>(wanted: readonly T[]): T[][] {
  const calls: T[][] = [];
  let bytes = 0;
  for (const one of wanted) {
    const last = calls.at(-1);
    if (
      last !== undefined &&
      last.length < bounds.filesPerCallMax &&
      bytes + one.sizeBytes <= bounds.bytesPerCallMax
    ) {
      last.push(one);
      bytes += one.sizeBytes;
    } else {
      calls.push([one]);
      bytes = one.sizeBytes;
    }
  }
  return calls;
}
