import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A disk of its own that can be filled to the last block: a tmpfs. */
export interface SmallDisk {
  readonly path: string;
  grow(sizeMib: number): Promise<void>;
  remove(): Promise<void>;
}

/** Null where this process may mount nothing, as outside of a build machine or a container of its own. */
export async function mountSmallDisk(sizeMib: number): Promise<SmallDisk | null> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidesync-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tidesync-test', folder]);
  } catch {
    await rmdir(folder);
    return null;
  }
  return {
    path: folder,
    async grow(to) {
      await run('mount', ['-o', `remount,size=${to}m`, folder]);
    },
    async remove() {
      await run('umount', [folder]);
      await rmdir(folder);
    },
  };
}
