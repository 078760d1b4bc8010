import { assert } from '@tidesync/shared/brand';
import type { RelPath } from '@tidesync/shared/names';
import type { Disk, ReadHandle, WriteHandle } from '../ports/disk.ts';
import { DiskError } from '../ports/disk.ts';
import type { FileInode } from './memory-inodes.ts';
import { nodeOfInode } from './memory-inodes.ts';
import type { MemoryVolume } from './memory-volume.ts';

export type DiskOperation = Exclude<keyof Disk, 'shownPath'> | 'read' | 'write' | 'sync' | 'stat' | 'close';
/** Comes before every operation; throws what it is to end in. */
type Begin = (operation: DiskOperation, path: RelPath) => void;

/** A program's hold on a file: keeps the inode, whatever becomes of its name. */
export interface Hold {
  readonly file: FileInode;
  readonly path: RelPath;
  state: 'open' | 'closed' | 'cutOff';
}

/** Who holds which files open. */
export class Holds {
  readonly #volume: MemoryVolume;
  readonly #open = new Set<Hold>();

  constructor(volume: MemoryVolume) {
    this.#volume = volume;
  }

  open(file: FileInode, path: RelPath): Hold {
    const hold: Hold = { file, path, state: 'open' };
    file.handles++;
    this.#open.add(hold);
    return hold;
  }

  close(hold: Hold): void {
    assert(hold.state !== 'closed', 'a handle is closed once');
    const wasOpen = hold.state === 'open';
    if (wasOpen) this.#end(hold);
    hold.state = 'closed';
    if (!wasOpen) throw new DiskError('io', hold.path);
  }

  /** The system is gone, or the disk, or the program: no operation on a handle works any more. */
  cutOff(): void {
    for (const hold of this.#open) {
      this.#end(hold);
      hold.state = 'cutOff';
    }
  }

  [Symbol.iterator](): Iterator<Hold> {
    return this.#open.values();
  }

  #end(hold: Hold): void {
    this.#open.delete(hold);
    // A power cut has counted anew.
    if (hold.file.handles > 0) hold.file.handles--;
    this.#volume.release(hold.file);
  }
}

export function requireOpen({ state, path }: Hold): void {
  if (state !== 'open') throw new DiskError('io', path);
}

export interface HandleParts {
  readonly volume: MemoryVolume;
  readonly holds: Holds;
  readonly begin: Begin;
}

export function memoryReadHandle(parts: HandleParts, hold: Hold): ReadHandle {
  const { file, path } = hold;
  return {
    ...commonHandle(parts, hold),
    read: async (buffer, position) => {
      parts.begin('read', path);
      requireOpen(hold);
      if (file.damage === 'read') throw new DiskError('io', path);
      const part = file.bytes.subarray(position, position + buffer.length);
      buffer.set(part);
      return part.length;
    },
  };
}

export function memoryWriteHandle(parts: HandleParts, hold: Hold): WriteHandle {
  const { volume, begin } = parts;
  const { file, path } = hold;
  let isBroken = false;
  const beginWhole = (operation: DiskOperation): void => {
    if (isBroken) throw new DiskError('io', path);
    begin(operation, path);
    requireOpen(hold);
  };
  return {
    ...commonHandle(parts, hold),
    write: async (bytes, position) => {
      beginWhole('write');
      volume.write(file, path, { bytes, position });
    },
    setAttributes: async (attributes) => {
      beginWhole('setAttributes');
      volume.setAttributes(file, attributes);
    },
    sync: async () => {
      try {
        beginWhole('sync');
        if (file.damage === 'sync') throw new DiskError('io', path);
      } catch (error) {
        // As the real adapter does: what was to be written may be lost, and no later sync would tell.
        isBroken = true;
        if (file.safe !== null) file.hasLostPages = true;
        throw error;
      }
      volume.layer.fileSynced(file);
    },
  };
}

function commonHandle({ holds, begin }: HandleParts, hold: Hold) {
  return {
    stat: async () => {
      begin('stat', hold.path);
      requireOpen(hold);
      return nodeOfInode(hold.file);
    },
    close: async () => {
      try {
        begin('close', hold.path);
      } catch (error) {
        // The system takes the handle back, whatever it says.
        if (hold.state === 'open') holds.close(hold);
        throw error;
      }
      holds.close(hold);
    },
  };
}
