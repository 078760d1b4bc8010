import { assert } from '@tidesync/shared/brand';
import { limits } from '@tidesync/shared/limits';
import type { RelPath } from '@tidesync/shared/names';
import { isWithin, lastName, parentPath, segments, TOP, utf8Bytes } from '@tidesync/shared/names';
import type { Disk, DiskFault, DiskNode, ListedNode, ReadHandle, WriteHandle } from '../ports/disk.ts';
import { DiskError } from '../ports/disk.ts';
import type { Clock } from '../ports/environment.ts';
import type { FileInode, FolderInode, Inode } from './memory-inodes.ts';
import { nodeOfInode, nsOf } from './memory-inodes.ts';

type HandleOperation = 'read' | 'write' | 'sync' | 'stat' | 'close';
export type DiskOperation = Exclude<keyof Disk, 'shownPath'> | HandleOperation;

export interface MemoryDiskOptions {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Bytes that its files may have together. */
  readonly sizeBytes?: number;
  /** Asked before every operation: the fault it is to end in, if any. For two paths, the one it takes from. */
  readonly faultOf?: (operation: DiskOperation, path: RelPath) => DiskFault | null;
}

const SIZE_BYTES_DEFAULT = 1_000_000_000_000;

interface Spot {
  readonly folder: FolderInode;
  readonly name: string;
  readonly inode: Inode | undefined;
}

/** A disk of inodes in memory that behaves as Linux's do, for tests and simulations. */
export class MemoryDisk implements Disk {
  readonly shownPath = '/memory';
  readonly #options: MemoryDiskOptions;
  readonly #top: FolderInode;
  #usedBytes = 0;
  #inodes = 0;
  #ticks = 0n;

  constructor(options: MemoryDiskOptions) {
    this.#options = options;
    this.#top = { kind: 'folder', children: new Map(), ...this.#newInode() };
  }

  async root(): Promise<DiskNode> {
    this.#begin('root', TOP);
    return nodeOfInode(this.#top);
  }

  async list(path: RelPath): Promise<ListedNode[]> {
    this.#begin('list', path);
    const { children } = this.#folderAt(path);
    return [...children].map(([name, inode]) => ({ name, shown: name, node: nodeOfInode(inode) }));
  }

  async look(path: RelPath): Promise<DiskNode | null> {
    this.#begin('look', path);
    if (path === TOP) return nodeOfInode(this.#top);
    try {
      const { inode } = this.#spot(path);
      return inode === undefined ? null : nodeOfInode(inode);
    } catch (error) {
      if (error instanceof DiskError && ['missing', 'notFolder'].includes(error.fault)) return null;
      throw error;
    }
  }

  async readLink(path: RelPath): Promise<string> {
    this.#begin('readLink', path);
    const inode = this.#inodeAt(path);
    if (inode.kind !== 'symlink') throw new DiskError('wrongKind', path);
    return inode.target;
  }

  async openForRead(path: RelPath): Promise<ReadHandle> {
    this.#begin('openForRead', path);
    const file = this.#fileAt(path);
    return {
      ...this.#commonHandle(file, path),
      read: async (buffer, position) => {
        this.#begin('read', path);
        const part = file.bytes.subarray(position, position + buffer.length);
        buffer.set(part);
        return part.length;
      },
    };
  }

  async createFile(path: RelPath): Promise<WriteHandle> {
    this.#begin('createFile', path);
    const file: FileInode = {
      kind: 'file',
      bytes: new Uint8Array(0),
      executable: false,
      ...this.#newInode(),
    };
    this.#put(this.#freeSpot(path), file);
    return {
      ...this.#commonHandle(file, path),
      write: async (bytes, position) => {
        this.#begin('write', path);
        this.#write(file, path, { bytes, position });
      },
      setAttributes: async (attributes) => {
        this.#begin('setAttributes', path);
        this.#setAttributes(file, attributes);
      },
      sync: async () => this.#begin('sync', path),
    };
  }

  async makeFolder(path: RelPath): Promise<void> {
    this.#begin('makeFolder', path);
    this.#put(this.#freeSpot(path), { kind: 'folder', children: new Map(), ...this.#newInode() });
  }

  async makeSymlink(path: RelPath, target: string): Promise<void> {
    this.#begin('makeSymlink', path);
    this.#put(this.#freeSpot(path), { kind: 'symlink', target, ...this.#newInode() });
  }

  async link(from: RelPath, to: RelPath): Promise<void> {
    this.#begin('link', from);
    const inode = this.#inodeAt(from);
    if (inode.kind === 'folder') throw new DiskError('denied', from);
    this.#put(this.#freeSpot(to), inode);
  }

  async rename(from: RelPath, to: RelPath): Promise<void> {
    this.#begin('rename', from);
    const inode = this.#inodeAt(from);
    const target = this.#spot(to);
    if (target.inode === inode) return;
    if (isWithin(to, from)) throw new DiskError('nameRefused', to);
    if (target.inode !== undefined) {
      const fault = replaceFault(inode, target.inode);
      if (fault !== null) throw new DiskError(fault, to);
      this.#take(target);
    }
    this.#take(this.#spot(from));
    this.#put(target, inode);
  }

  async unlink(path: RelPath): Promise<void> {
    this.#begin('unlink', path);
    if (this.#inodeAt(path).kind === 'folder') throw new DiskError('isFolder', path);
    this.#take(this.#spot(path));
  }

  async removeFolder(path: RelPath): Promise<void> {
    this.#begin('removeFolder', path);
    const inode = this.#inodeAt(path);
    if (inode.kind !== 'folder') throw new DiskError('notFolder', path);
    if (inode.children.size > 0) throw new DiskError('notEmpty', path);
    this.#take(this.#spot(path));
  }

  async setAttributes(path: RelPath, attributes: { executable: boolean; mtimeMs: number }): Promise<void> {
    this.#begin('setAttributes', path);
    this.#setAttributes(this.#fileAt(path), attributes);
  }

  async syncFolder(path: RelPath): Promise<void> {
    this.#begin('syncFolder', path);
    this.#folderAt(path);
  }

  async freeBytes(): Promise<number> {
    this.#begin('freeBytes', TOP);
    return this.#sizeBytes - this.#usedBytes;
  }

  /** What a program does that writes into an open file: same inode, new bytes. Not part of the port. */
  async overwrite(path: RelPath, bytes: Uint8Array): Promise<void> {
    const file = this.#fileAt(path);
    this.#usedBytes -= file.bytes.length;
    file.bytes = new Uint8Array(0);
    this.#write(file, path, { bytes, position: 0 });
    file.mtimeNs = file.ctimeNs = this.#nowNs();
  }

  get #sizeBytes(): number {
    return this.#options.sizeBytes ?? SIZE_BYTES_DEFAULT;
  }

  #begin(operation: DiskOperation, path: RelPath): void {
    const fault = this.#options.faultOf?.(operation, path) ?? null;
    if (fault !== null) throw new DiskError(fault, path);
  }

  /** The clock's time, made unique: no two changes leave the same stamp. */
  #nowNs(): bigint {
    this.#ticks++;
    return nsOf(this.#options.clock.nowMs()) + this.#ticks;
  }

  #newInode() {
    const nowNs = this.#nowNs();
    this.#inodes++;
    return { number: this.#inodes, birthtimeNs: nowNs, mtimeNs: nowNs, ctimeNs: nowNs, links: 0 };
  }

  #commonHandle(file: FileInode, path: RelPath) {
    let open = true;
    return {
      stat: async () => {
        this.#begin('stat', path);
        return nodeOfInode(file);
      },
      close: async () => {
        assert(open, 'a handle is closed once');
        open = false;
        this.#begin('close', path);
      },
    };
  }

  #folderAt(path: RelPath): FolderInode {
    let folder = this.#top;
    for (const name of segments(path)) {
      const inode = folder.children.get(name);
      if (inode === undefined) throw new DiskError('missing', path);
      if (inode.kind === 'symlink') throw new DiskError('linkedParent', path);
      if (inode.kind === 'file') throw new DiskError('notFolder', path);
      folder = inode;
    }
    return folder;
  }

  #spot(path: RelPath): Spot {
    if (path === TOP) throw new DiskError('isFolder', path);
    const folder = this.#folderAt(parentPath(path));
    const name = lastName(path);
    if (utf8Bytes(name) > limits.nameBytesMax) throw new DiskError('nameTooLong', path);
    return { folder, name, inode: folder.children.get(name) };
  }

  #freeSpot(path: RelPath): Spot {
    const spot = this.#spot(path);
    if (spot.inode !== undefined) throw new DiskError('exists', path);
    return spot;
  }

  #inodeAt(path: RelPath): Inode {
    const { inode } = this.#spot(path);
    if (inode === undefined) throw new DiskError('missing', path);
    return inode;
  }

  #fileAt(path: RelPath): FileInode {
    const inode = this.#inodeAt(path);
    if (inode.kind === 'file') return inode;
    throw new DiskError(inode.kind === 'folder' ? 'isFolder' : 'wrongKind', path);
  }

  #put({ folder, name }: Spot, inode: Inode): void {
    folder.children.set(name, inode);
    inode.links++;
    inode.ctimeNs = this.#nowNs();
    folder.mtimeNs = folder.ctimeNs = inode.ctimeNs;
  }

  #take({ folder, name, inode }: Spot): void {
    assert(inode !== undefined, 'what is taken away was there');
    folder.children.delete(name);
    inode.links--;
    inode.ctimeNs = this.#nowNs();
    folder.mtimeNs = folder.ctimeNs = inode.ctimeNs;
    if (inode.kind === 'file' && inode.links === 0) this.#usedBytes -= inode.bytes.length;
  }

  #write(file: FileInode, path: RelPath, part: { bytes: Uint8Array; position: number }): void {
    const end = part.position + part.bytes.length;
    const grownBytes = Math.max(0, end - file.bytes.length);
    if (this.#usedBytes + grownBytes > this.#sizeBytes) throw new DiskError('full', path);
    if (grownBytes > 0) {
      const longer = new Uint8Array(end);
      longer.set(file.bytes);
      file.bytes = longer;
      // An unlinked file's room is free again already.
      if (file.links > 0) this.#usedBytes += grownBytes;
    }
    file.bytes.set(part.bytes, part.position);
    file.mtimeNs = file.ctimeNs = this.#nowNs();
  }

  #setAttributes(file: FileInode, { executable, mtimeMs }: { executable: boolean; mtimeMs: number }): void {
    file.executable = executable;
    file.mtimeNs = nsOf(mtimeMs);
    file.ctimeNs = this.#nowNs();
  }
}

function replaceFault(inode: Inode, target: Inode): DiskFault | null {
  if (inode.kind !== 'folder') return target.kind === 'folder' ? 'isFolder' : null;
  if (target.kind !== 'folder') return 'notFolder';
  return target.children.size > 0 ? 'notEmpty' : null;
}
