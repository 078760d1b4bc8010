import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { absurd, assert } from '@tidesync/shared/brand';
import type { ChunkId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { RelPath } from '@tidesync/shared/names';
import { lastName, parentPath } from '@tidesync/shared/names';
import { sameStamp } from '../core/entry.ts';
import type { CutResult, Cutter } from '../ports/cutter.ts';
import type { DiskNode } from '../ports/disk.ts';
import type { Slots } from '../shell/transfer/slots.ts';
import { createSlots } from '../shell/transfer/slots.ts';
import type { CutAnswer } from './cutting/cut-pool.ts';
import { CutPool } from './cutting/cut-pool.ts';
import { ConfinedFolders } from './disk/confined-folder.ts';
import { diskError } from './disk/disk-faults.ts';
import { openPlainFile, readHandle } from './disk/file-handles.ts';
import { onceHandlesAreFree } from './disk/free-handles.ts';
import { nodeOf } from './disk/stat-node.ts';

const WORKERS_MAX = 2;
/** Up to here cutting takes less (0.1 ms) than the passage to a thread and back. */
const ON_THIS_THREAD_BYTES_MAX = 128 * 1024;
assert(ON_THIS_THREAD_BYTES_MAX < limits.chunkBytesMin, 'what is cut on this thread is one chunk');
/** Files that are open to be cut on this thread; for the threads, one is open for each of them. */
const SMALL_OPEN_MAX = 16;

export interface ThreadCutters {
  /** A cutter for the files below an absolute path. All of them share the threads, and the bounds of open files. */
  cutterFor(rootPath: string): Cutter;
  /** Ends the threads; cuts under way reject with an AbortError. */
  close(): Promise<void>;
}

export function threadCutters(workers = Math.min(WORKERS_MAX, availableParallelism())): ThreadCutters {
  const pool = new CutPool(workers);
  const [smallLanes, largeLanes] = [createSlots(SMALL_OPEN_MAX), createSlots(workers)];
  return {
    cutterFor(rootPath) {
      const folders = new ConfinedFolders(rootPath, process.platform === 'linux');
      const opened = async <T>(
        { path, signal, lanes }: { path: RelPath; signal: AbortSignal; lanes: Slots },
        use: (file: FileHandle) => Promise<T>,
      ): Promise<T> => {
        const leave = await lanes.take(signal);
        try {
          const file = await onceHandlesAreFree(
            () =>
              folders.within(parentPath(path), (place) => openPlainFile(`${place}/${lastName(path)}`, path)),
            signal,
          );
          return await use(file).finally(() => file.close());
        } finally {
          leave();
        }
      };
      return {
        cut: (path, signal, onRead) =>
          asDiskOrAbort(path, signal, async () => {
            const small = await opened({ path, signal, lanes: smallLanes }, async (file) => {
              const node = await nodeNow(file);
              if (node.stamp.sizeBytes > ON_THIS_THREAD_BYTES_MAX) return null;
              return resultOf({ file, path, node }, await cutSmall(file, path, node.stamp.sizeBytes));
            });
            if (small !== null) return small;
            // Closed while it waits for a thread, and opened again: no small file waits for large ones.
            return opened({ path, signal, lanes: largeLanes }, async (file) => {
              const node = await nodeNow(file);
              const { sizeBytes } = node.stamp;
              return resultOf(
                { file, path, node },
                await pool.run({ fd: file.fd, sizeBytes }, signal, onRead),
              );
            });
          }),
      };
    },
    close: () => pool.close(),
  };
}

async function asDiskOrAbort<T>(path: RelPath, signal: AbortSignal, operation: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await operation();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CutStopped) throw new DOMException('The cutter was closed', 'AbortError');
    throw diskError(error, path);
  }
}

class CutStopped extends Error {}

async function nodeNow(file: FileHandle): Promise<DiskNode> {
  return nodeOf(await file.stat({ bigint: true }));
}

interface CutFile {
  readonly file: FileHandle;
  readonly path: RelPath;
  /** As it was before it was cut. */
  readonly node: DiskNode;
}

async function resultOf({ file, path, node }: CutFile, answer: CutAnswer): Promise<CutResult> {
  switch (answer.is) {
    case 'failed':
      throw diskError(Object.assign(new Error(answer.message), { code: answer.code }), path);
    case 'cancelled':
      throw new CutStopped();
    case 'cut': {
      const after = await nodeNow(file);
      const read = answer.chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
      const same = sameStamp(node.stamp, after.stamp) && read === node.stamp.sizeBytes;
      return same ? { is: 'cut', node, chunks: answer.chunks } : { is: 'changed' };
    }
    default:
      return absurd(answer);
  }
}

/** Reads one byte more than there should be, to see a file that has grown. */
async function cutSmall(file: FileHandle, path: RelPath, sizeBytes: number): Promise<CutAnswer> {
  const buffer = Buffer.allocUnsafe(sizeBytes + 1);
  const length = await readHandle(file, path).read(buffer, 0);
  if (length === 0) return { is: 'cut', chunks: [] };
  const id = createHash('sha256').update(buffer.subarray(0, length)).digest('hex') as ChunkId;
  return { is: 'cut', chunks: [{ id, sizeBytes: length }] };
}
