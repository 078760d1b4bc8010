import type { RelPath } from '@tidesync/shared/names';
import type { Disk, DiskNode, WriteHandle } from '../../ports/disk.ts';
import { isDiskError } from '../../ports/disk.ts';

/** A temporary file of ours, opened with the first byte that is written. Rejects as the disk does. */
export interface TempFile {
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** Sets the attributes, makes all of it durable and closes it. */
  finish(attributes: { executable: boolean; mtimeMs: number }): Promise<DiskNode>;
  /** Closes what is open; never rejects. */
  close(): Promise<void>;
  /** Closes and removes it, with what an earlier try left of it; never rejects. */
  discard(): Promise<void>;
  /**
   * Moves what an earlier try left out of the way; null if there is nothing. Where both names exist, that try
   * was itself copying from its leftover, which therefore holds all that the other does.
   */
  setLeftoverAside(): Promise<RelPath | null>;
}

const leftoverOf = (temp: RelPath): RelPath => `${temp}.left` as RelPath;

export function createTempFile(disk: Disk, temp: RelPath): TempFile {
  let opening: Promise<WriteHandle> | null = null;
  const opened = () => {
    opening ??= createAnew(disk, temp);
    return opening;
  };
  const close = async () => {
    const handle = await opening?.catch(() => null);
    opening = null;
    await handle?.close().catch(() => undefined);
  };

  return {
    write: async (bytes, offset) => (await opened()).write(bytes, offset),
    async finish(attributes) {
      const handle = await opened();
      await handle.setAttributes(attributes);
      await handle.sync();
      const node = await handle.stat();
      opening = null;
      await handle.close();
      return node;
    },
    close,
    async discard() {
      await close();
      for (const path of [temp, leftoverOf(temp)]) await disk.unlink(path).catch(() => undefined);
    },
    async setLeftoverAside() {
      const leftover = leftoverOf(temp);
      if ((await disk.look(leftover)) !== null) return leftover;
      if ((await disk.look(temp)) === null) return null;
      await disk.rename(temp, leftover);
      return leftover;
    },
  };
}

/** A file of ours that is in the way is left over from an earlier try. */
async function createAnew(disk: Disk, temp: RelPath): Promise<WriteHandle> {
  try {
    return await disk.createFile(temp);
  } catch (error) {
    if (!isDiskError(error, 'exists')) throw error;
  }
  await disk.unlink(temp);
  return disk.createFile(temp);
}
