import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, lastName, parentPath } from '@tidesync/shared/names';
import type { Stamp } from '../core/entry.ts';
import type { Disk, DiskNode } from '../ports/disk.ts';
import { DiskError, isDiskError } from '../ports/disk.ts';
import { layout } from './layout.ts';

/** The file is not the one that was expected; nothing was done. The disk has to be looked at again. */
export class MovedUnderUs extends Error {
  override readonly name = 'MovedUnderUs';
  readonly path: RelPath;
  constructor(path: RelPath) {
    super(`changed meanwhile: ${path}`);
    this.path = path;
  }
}

/** Same file with the same bytes. The ctime is left out: our own renames change it. */
export function sameBytes(a: Stamp, b: Stamp): boolean {
  return a.inode === b.inode && a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs;
}

/** The node at a path, which must be the one that was seen there. */
export async function expectNode(
  disk: Disk,
  path: RelPath,
  expected: { kind: string; stamp: Stamp },
): Promise<DiskNode> {
  const node = await disk.look(path);
  if (node === null || node.kind !== expected.kind) throw new MovedUnderUs(path);
  const same =
    node.kind === 'folder'
      ? node.stamp.inode === expected.stamp.inode
      : sameBytes(node.stamp, expected.stamp) && node.stamp.ctimeNs === expected.stamp.ctimeNs;
  if (!same) throw new MovedUnderUs(path);
  return node;
}

/**
 * Moves without ever replacing anything. Files go by link and unlink, so that a name taken in between is
 * refused by the disk itself; a stop in between leaves two names of one file, which the next try finishes.
 * RACE: a folder has no such way. Between look and rename somebody may make an *empty* folder at the target,
 * which the rename replaces: no bytes are lost.
 */
export async function moveWithoutReplacing(disk: Disk, from: RelPath, to: RelPath): Promise<DiskNode> {
  const node = await disk.look(from);
  if (node === null) throw new MovedUnderUs(from);
  if (node.kind === 'folder') {
    const taken = await disk.look(to);
    const onlySpelling = taken !== null && taken.stamp.inode === node.stamp.inode;
    if (taken !== null && !onlySpelling) throw new DiskError('exists', to);
    await disk.rename(from, to);
  } else {
    await linkOver(disk, { from, to, node });
  }
  const moved = await disk.look(to);
  if (moved === null) throw new MovedUnderUs(to);
  return moved;
}

async function linkOver(
  disk: Disk,
  { from, to, node }: { from: RelPath; to: RelPath; node: DiskNode },
): Promise<void> {
  try {
    await disk.link(from, to);
  } catch (error) {
    if (!isDiskError(error, 'exists')) throw error;
    const taken = await disk.look(to);
    if (taken === null || taken.stamp.inode !== node.stamp.inode) throw error;
    if (taken.links < 2) {
      await disk.rename(from, to); // one file under two spellings: only the spelling changes
      return;
    }
  }
  await disk.unlink(from);
}

/** A path in the trash of that day where there is nothing yet. It keeps the old path, so that people find things. */
export async function trashPathFor(
  disk: Disk,
  path: RelPath,
  { day, tag }: { day: string; tag: string },
): Promise<RelPath> {
  const folder = joinPath(layout.trash, day as EntryName);
  const wanted = joinPath(folder, path as string as EntryName);
  if (await isFree(disk, wanted)) return wanted;
  for (let number = 1; ; number++) {
    const other = joinPath(joinPath(folder, `${tag}-${number}` as EntryName), lastName(path));
    if (await isFree(disk, other)) return other;
  }
}

/** Makes the folders above a path of our own; false if the path is taken, or something above it is no folder. */
async function isFree(disk: Disk, path: RelPath): Promise<boolean> {
  return (await makeFolders(disk, parentPath(path))) && (await disk.look(path)) === null;
}

async function makeFolders(disk: Disk, folder: RelPath): Promise<boolean> {
  const node = await disk.look(folder);
  if (node !== null) return node.kind === 'folder';
  if (!(await makeFolders(disk, parentPath(folder)))) return false;
  await disk.makeFolder(folder).catch((error) => {
    if (!isDiskError(error, 'exists')) throw error;
  });
  return true;
}
