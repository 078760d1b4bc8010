import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import type { Disk } from '../../ports/disk.ts';
import type { Sha256 } from '../../ports/environment.ts';
import { linkedAbort } from './linked-abort.ts';
import type { BuiltPack } from './pack-builder.ts';
import type { SentBytes } from './pack-progress.ts';
import { packProgress } from './pack-progress.ts';
import type { Packer } from './packer.ts';
import { createPacker } from './packer.ts';
import type { ReadEnd } from './read-chunks.ts';
import { readChunks } from './read-chunks.ts';
import type { Slots } from './slots.ts';
import { forEachBounded } from './slots.ts';
import { transferLimits } from './transfer-limits.ts';
import type { SendTask, UploadJob } from './upload-job.ts';
import { sendTasks } from './upload-job.ts';

export interface SendOrder {
  readonly disk: Pick<Disk, 'openForRead'>;
  readonly sha256: Sha256;
  readonly buffers: Slots;
  readonly jobs: readonly UploadJob[];
  readonly wanted: ReadonlySet<ChunkId>;
  readonly signal: AbortSignal;
  /** Resolves when the pack's chunks are on the server to stay. */
  readonly ship: (pack: BuiltPack, sent: SentBytes) => Promise<void>;
  readonly tell: (job: UploadJob) => void;
}

interface Sending {
  readonly order: SendOrder;
  readonly packer: Packer;
  readonly signal: AbortSignal;
}

/**
 * Reads the wanted chunks from the open jobs' files and ships them in packs. A job whose file cannot be read
 * as it was cut gets its outcome; its other chunks may have been shipped, which harms nobody.
 * Small files are read side by side, whole and checked before a byte of them is packed; then the large ones,
 * one after the other, so that each fills packs of its own.
 */
export async function sendChunks(order: SendOrder): Promise<void> {
  if (order.wanted.size === 0) return;
  const tasks = sendTasks(order.jobs, order.wanted);
  const owners = new Map<ChunkId, UploadJob>();
  for (const { job, places } of tasks) for (const { ref } of places) owners.set(ref.id, job);
  const stop = linkedAbort(order.signal);
  const { signal } = stop;
  const packer = createPacker({
    buffers: order.buffers,
    sha256: order.sha256,
    signal,
    async ship(pack) {
      const progress = packProgress(pack, owners, order.tell);
      try {
        await order.ship(pack, progress.sent);
      } catch (error) {
        stop.abort(error);
        throw error;
      } finally {
        progress.end();
      }
      countShipped(pack, owners, order.tell);
    },
  });
  const isSmall = (task: SendTask) => task.sizeBytes <= transferLimits.smallReadBytesMax;
  const sending = { order, packer, signal };
  try {
    const bounds = { count: transferLimits.smallReadsMax, signal };
    await forEachBounded(tasks.filter(isSmall), bounds, (task) => sendSmall(sending, task));
    for (const task of tasks.filter((one) => !isSmall(one))) await sendLarge(sending, task);
    await packer.finish();
  } catch (error) {
    stop.abort(error);
    await packer.abandon();
    throw error;
  } finally {
    stop.unlink();
  }
}

function countShipped(
  pack: BuiltPack,
  owners: ReadonlyMap<ChunkId, UploadJob>,
  tell: (job: UploadJob) => void,
): void {
  const moved = new Set<UploadJob>();
  for (const { chunkId, plainBytes } of pack.entries) {
    const job = owners.get(chunkId);
    if (job === undefined) continue;
    job.doneBytes += plainBytes;
    job.sentBytes += plainBytes;
    moved.add(job);
  }
  for (const job of moved) tell(job);
}

async function sendSmall({ order, packer }: Sending, task: SendTask): Promise<void> {
  const read: { ref: ChunkRef; bytes: Uint8Array }[] = [];
  const end = await readTask(order, task, (ref, bytes) => {
    read.push({ ref, bytes });
  });
  if (end.is !== 'same') {
    task.job.outcome = end;
    return;
  }
  for (const { ref, bytes } of [...read, ...task.lists]) await packer.append(ref, bytes);
}

async function sendLarge({ order, packer, signal }: Sending, task: SendTask): Promise<void> {
  signal.throwIfAborted();
  const end = await readTask(order, task, async (ref, bytes) => {
    signal.throwIfAborted();
    await packer.append(ref, bytes);
  });
  if (end.is !== 'same') {
    task.job.outcome = end;
    return;
  }
  for (const { ref, bytes } of task.lists) await packer.append(ref, bytes);
}

type OnChunk = (ref: ChunkRef, bytes: Uint8Array) => Promise<void> | void;

async function readTask(order: SendOrder, { job, places }: SendTask, onChunk: OnChunk): Promise<ReadEnd> {
  // Nothing of the file itself has to travel: only its list does, which is made from what was cut.
  if (places.length === 0) return { is: 'same' };
  const { path, stamp } = job.file;
  return readChunks(order.disk, order.sha256, { path, stamp, places, onChunk });
}
