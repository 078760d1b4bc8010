import type { RelPath } from '@tidesync/shared/names';
import { DiskError } from '../ports/disk.ts';
import type { Hold } from './memory-handles.ts';
import type { FolderInode, Inode } from './memory-inodes.ts';
import type { MemoryVolume } from './memory-volume.ts';

// Operations on names, with the refusals of Linux in its order.

export type RequireNotHeld = (inode: Inode, path: RelPath) => void;

export function linkIn(volume: MemoryVolume, from: RelPath, to: RelPath): void {
  const [source, target] = [volume.place(from), volume.place(to)];
  const { entry } = volume.find(source);
  if (entry === null) throw new DiskError('missing', from);
  const spot = volume.freeSpot(target);
  if (entry.inode.device !== spot.folder.device) throw new DiskError('otherVolume', to);
  if (entry.inode.kind === 'folder') throw new DiskError('denied', from);
  volume.put(spot, entry.inode);
}

export function moveIn(
  volume: MemoryVolume,
  { from, to }: { from: RelPath; to: RelPath },
  requireNotHeld: RequireNotHeld,
): void {
  const places = [volume.place(from), volume.place(to)] as const;
  if (places[0].folder.device !== places[1].folder.device) throw new DiskError('otherVolume', to);
  const source = volume.find(places[0]);
  if (source.entry === null) throw new DiskError('missing', from);
  const target = volume.find(places[1]);
  const { inode } = source.entry;
  if (inode.device !== source.folder.device) throw new DiskError('busy', from);
  if (inode.kind === 'folder' && isAbove(volume, inode, to)) throw new DiskError('nameRefused', to);
  const replaced = target.entry?.inode;
  if (replaced?.kind === 'folder' && isAbove(volume, replaced, from)) throw new DiskError('notEmpty', to);
  const isOneName = source.folder === target.folder && source.key === target.key;
  const isRespelling = isOneName && source.name !== target.name;
  // Even to give a file the name that it has, Windows opens it as for a move.
  if (replaced === inode && !isRespelling) {
    requireNotHeld(inode, from);
    return;
  }
  volume.requireMakeable(target);
  if (replaced !== undefined && replaced !== inode) {
    const fault = volume.faultOfReplacing(inode, replaced);
    if (fault !== null) throw new DiskError(fault, to);
    requireNotHeld(replaced, to);
  }
  requireNotHeld(inode, from);
  volume.move(source, target);
}

export function unlinkIn(volume: MemoryVolume, path: RelPath, requireNotHeld: RequireNotHeld): void {
  const spot = volume.spot(path);
  if (spot.entry === null) throw new DiskError('missing', path);
  if (spot.entry.inode.kind === 'folder') throw new DiskError('isFolder', path);
  requireNotHeld(spot.entry.inode, path);
  volume.take(spot);
}

export function removeFolderIn(volume: MemoryVolume, path: RelPath): void {
  const spot = volume.spot(path);
  if (spot.entry === null) throw new DiskError('missing', path);
  const { inode } = spot.entry;
  if (inode.kind !== 'folder') throw new DiskError('notFolder', path);
  if (inode.device !== spot.folder.device) throw new DiskError('busy', path);
  if (inode.children.size > 0) throw new DiskError('notEmpty', path);
  volume.take(spot);
}

/**
 * Windows: a file that another program holds open without sharing its deletion can be neither moved nor removed
 * (`busy`); Node's own handles do share it. A folder with any open file in it cannot be moved (`denied`).
 */
export function requireNotHeld(
  inode: Inode,
  path: RelPath,
  { engine, persons }: { engine: Iterable<Hold>; persons: Iterable<Hold> },
): void {
  for (const { file } of persons) if (file === inode) throw new DiskError('busy', path);
  if (inode.kind !== 'folder') return;
  const below = inodesBelow(inode);
  for (const holds of [engine, persons]) {
    for (const { file } of holds) if (below.has(file)) throw new DiskError('denied', path);
  }
}

function inodesBelow(folder: FolderInode): Set<Inode> {
  const below = new Set<Inode>();
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const { inode } of next.children.values()) {
      below.add(inode);
      if (inode.kind === 'folder') folders.push(inode);
    }
  }
  return below;
}

function isAbove(volume: MemoryVolume, folder: FolderInode, path: RelPath): boolean {
  return volume.foldersAbove(path).has(folder);
}
