import type { RelPath } from '@tidesync/shared/names';
import { parentPath, TOP } from '@tidesync/shared/names';
import type { Disk } from '../ports/disk.ts';

/**
 * Makes what was done to names in a folder outlast a power cut, and the way to it with it (S60). A folder that has
 * nothing new costs next to nothing to sync. Throws the first error of the disk.
 */
export async function makeNamesLast(disk: Disk, folder: RelPath): Promise<void> {
  for (const one of withAllAbove([folder])) await disk.syncFolder(one);
}

/** Whoever made a folder may never have synced its name, with which all that is in it would go. */
export function withAllAbove(folders: Iterable<RelPath>): Set<RelPath> {
  const all = new Set<RelPath>();
  for (let folder of folders) {
    while (folder !== TOP && !all.has(folder)) {
      all.add(folder);
      folder = parentPath(folder);
    }
    all.add(folder);
  }
  return all;
}
