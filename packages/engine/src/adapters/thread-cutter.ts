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
import type { CutAnswer } from './cutting/cut-pool.ts';
import { CutPool } from './cutting/cut-pool.ts';
import { ConfinedFolders } from './disk/confined-folder.ts';
import { diskError } from './disk/disk-faults.ts';
import { openPlainFile, readHandle } from './disk/file-handles.ts';
import { nodeOf } from './disk/stat-node.ts';

const WORKERS_MAX = 2;
/** Up to here cutting takes less (0.1 ms) than the passage to a thread and back. */
const ON_THIS_THREAD_BYTES_MAX = 128 * 1024;
assert(ON_THIS_THREAD_BYTES_MAX < limits.chunkBytesMin, 'what is cut on this thread is one chunk');

export interface ThreadCutters {
  /** A cutter for the files below an absolute path. All of them share the threads. */
  cutterFor(rootPath: string): Cutter;
  /** Ends the threads; cuts under way reject with an AbortError. */
  close(): Promise<void>;
}

export function threadCutters(workers = Math.min(WORKERS_MAX, availableParallelism())): ThreadCutters {
  const pool = new CutPool(workers);
  return {
    cutterFor(rootPath) {
      const folders = new ConfinedFolders(rootPath, process.platform === 'linux');
      return {
        cut: (path, signal, onRead) =>
          asDiskOrAbort(path, signal, async () => {
            const file = await folders.within(parentPath(path), (folder) =>
              openPlainFile(`${folder}/${lastName(path)}`, path),
            );
            try {
              return await cutOpenFile(file, path, (sizeBytes) =>
                pool.run({ fd: file.fd, sizeBytes }, signal, onRead),
              );
            } finally {
              await file.close();
            }
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

async function cutOpenFile(
  file: FileHandle,
  path: RelPath,
  inThread: (sizeBytes: number) => Promise<CutAnswer>,
): Promise<CutResult> {
  const node = nodeOf(await file.stat({ bigint: true }));
  const { sizeBytes } = node.stamp;
  const isSmall = sizeBytes <= ON_THIS_THREAD_BYTES_MAX;
  const answer = await (isSmall ? cutSmall(file, path, sizeBytes) : inThread(sizeBytes));
  switch (answer.is) {
    case 'failed':
      throw diskError(Object.assign(new Error(answer.message), { code: answer.code }), path);
    case 'cancelled':
      throw new CutStopped();
    case 'cut': {
      const after = nodeOf(await file.stat({ bigint: true }));
      const read = answer.chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
      const same = sameStamp(node.stamp, after.stamp) && read === sizeBytes;
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
