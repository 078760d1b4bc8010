import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { assert } from '@tidesync/shared/brand';
import type { RelPath } from '@tidesync/shared/names';
import type { ReadHandle, WriteHandle } from '../../ports/disk.ts';
import { DiskError } from '../../ports/disk.ts';
import { asDisk } from './disk-faults.ts';
import { nodeOf } from './stat-node.ts';

/** Flags that a system does not have are 0. Opening a fifo must not wait for its writer. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Opens a file to read, or rejects with what is there instead. */
export async function openPlainFile(place: string, path: RelPath): Promise<FileHandle> {
  const file = await open(place, READ);
  try {
    const { kind } = nodeOf(await file.stat({ bigint: true }));
    if (kind !== 'file') throw new DiskError(kind === 'folder' ? 'isFolder' : 'wrongKind', path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

export function readHandle(file: FileHandle, path: RelPath): ReadHandle {
  return {
    stat: () => asDisk(path, async () => nodeOf(await file.stat({ bigint: true }))),
    read: (buffer, position) => asDisk(path, () => readFully(file, buffer, position)),
    close: () => asDisk(path, () => file.close()),
  };
}

async function readFully(file: FileHandle, buffer: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** `umask` is the process's: what nobody gets by default. */
export function writeHandle(file: FileHandle, path: RelPath, umask: number): WriteHandle {
  // After a failed sync the kernel may call lost pages clean, and a second sync would lie. So nothing more is
  // written through this handle: who wants the file makes it again.
  let broken: unknown = null;
  const whole = <T>(operation: () => Promise<T>): Promise<T> =>
    broken === null ? asDisk(path, operation) : Promise.reject(new DiskError('io', path, { cause: broken }));
  return {
    write: (bytes, position) => whole(() => writeFully(file, bytes, position)),
    setAttributes: ({ executable, mtimeMs }) =>
      whole(async () => {
        await file.chmod((executable ? 0o755 : 0o644) & ~umask);
        await file.utimes(secondsOf(mtimeMs), secondsOf(mtimeMs));
      }),
    sync: () =>
      whole(async () => {
        try {
          await file.sync();
        } catch (error) {
          broken = error;
          throw error;
        }
      }),
    stat: () => asDisk(path, async () => nodeOf(await file.stat({ bigint: true }))),
    close: () => asDisk(path, () => file.close()),
  };
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const result = await file.write(bytes, written, bytes.length - written, position + written);
    assert(result.bytesWritten > 0, 'a write moves on or fails');
    written += result.bytesWritten;
  }
}

/**
 * For `utimes`, which takes seconds and cuts what is finer than it keeps: half a microsecond more makes the
 * millisecond come back as it was given. As text, because Node takes a negative number for "now".
 */
export function secondsOf(timeMs: number): string {
  return String((timeMs + 0.0005) / 1000);
}
