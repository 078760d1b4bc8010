import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '@tidesync/shared/problems';
import { errorCode } from './disk/disk-faults.ts';

const WHY: Record<string, string> = {
  ENOENT: 'the folder above it does not exist',
  ENOTDIR: 'something above it is no folder',
  EACCES: 'permission is missing',
  EPERM: 'permission is missing',
  EROFS: 'the volume is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  ENAMETOOLONG: 'its name is too long',
};

/** Folders of this computer on node:fs, as the engine asks for them (`FolderPlaces`). */
export const nodeFolderPlaces = {
  async prepare(wanted: string): Promise<string> {
    try {
      await mkdir(wanted).catch((error: unknown) => {
        if (errorCode(error) !== 'EEXIST') throw error;
      });
      const real = await realpath(wanted);
      if ((await stat(real)).isDirectory()) return real;
    } catch (error) {
      const code = errorCode(error);
      if (code === '') throw error;
      fail({ reason: 'folderUnusable', path: wanted, why: WHY[code] ?? code }, error);
    }
    return fail({ reason: 'folderUnusable', path: wanted, why: 'it is no folder' });
  },
  async resolve(wanted: string): Promise<string> {
    const absolute = path.resolve(wanted);
    // A link to a file is an entry of its own; a link to a folder is another way to that folder.
    if (await isFolder(absolute)) return realpath(absolute);
    const parent = path.dirname(absolute);
    return parent === absolute
      ? absolute
      : path.join(await nodeFolderPlaces.resolve(parent), path.basename(absolute));
  },
};

async function isFolder(absolute: string): Promise<boolean> {
  try {
    const node = await lstat(absolute);
    return node.isDirectory() || (node.isSymbolicLink() && (await stat(absolute)).isDirectory());
  } catch {
    return false;
  }
}
