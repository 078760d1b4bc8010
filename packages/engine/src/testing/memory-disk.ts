import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import type { Disk, DiskFault, DiskNode, ListedNode, ReadHandle, WriteHandle } from '../ports/disk.ts';
import { DiskError } from '../ports/disk.ts';
import type { Clock } from '../ports/environment.ts';
import type { DiskModes } from './disk-modes.ts';
import { LINUX } from './disk-modes.ts';
import type { DiskOperation, HandleParts } from './memory-handles.ts';
import { Holds, memoryReadHandle, memoryWriteHandle } from './memory-handles.ts';
import type { FolderInode, Inode } from './memory-inodes.ts';
import { nodeOfInode } from './memory-inodes.ts';
import { PersonOnDisk } from './memory-person.ts';
import { MemoryVolume } from './memory-volume.ts';
import { linkIn, moveIn, removeFolderIn, requireNotHeld, unlinkIn } from './name-operations.ts';
import type { Choose, CrashProfile } from './power-cut.ts';

export type { DiskOperation } from './memory-handles.ts';
export type { Choose, CrashProfile } from './power-cut.ts';

export interface MemoryDiskOptions extends Partial<DiskModes> {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Bytes that its files may have together. */
  readonly sizeBytes?: number;
  /** Asked before every operation: the fault it is to end in, if any. For two paths, the one it takes from. */
  readonly faultOf?: (operation: DiskOperation, path: RelPath) => DiskFault | null;
  /** What is written whole or not at all when power fails. */
  readonly blockBytes?: number;
  /** Whether a new inode gets the number of one that is gone, as on ext4. */
  readonly reusesInodes?: boolean;
}

/** What is at the root's path while its disk is away. */
export type ShownInstead = 'nothing' | 'emptyFolder' | 'file';

const SIZE_BYTES_DEFAULT = 1_000_000_000_000;
const BLOCK_BYTES_DEFAULT = 4_096;
const CHANGING: ReadonlySet<DiskOperation> = new Set([
  ...(['createFile', 'makeFolder', 'makeSymlink', 'link', 'rename'] as const),
  ...(['unlink', 'removeFolder', 'setAttributes', 'write'] as const),
]);

/**
 * A disk of inodes in memory that behaves as Linux's do, or in the ways that its options say, for tests and
 * simulations. What programs other than the engine do on it goes through `person`.
 */
export class MemoryDisk implements Disk {
  readonly shownPath = '/memory';
  readonly person: PersonOnDisk;
  readonly #options: MemoryDiskOptions;
  readonly #volume: MemoryVolume;
  readonly #engine: HandleParts;
  readonly #persons: Holds;
  /** What is here when nothing is in its way. */
  #own: FolderInode;
  #shown: 'itself' | ShownInstead = 'itself';
  /** What its path shows when it is away. */
  readonly #below: FolderInode;
  #isReadOnly = false;

  constructor(options: MemoryDiskOptions) {
    const { names = options.windows ? 'caseInsensitive' : 'sensitive', ...modes } = options;
    this.#options = options;
    this.#volume = new MemoryVolume({
      modes: { ...LINUX, ...modes, names },
      nowMs: () => options.clock.nowMs(),
      sizeBytes: options.sizeBytes ?? SIZE_BYTES_DEFAULT,
      reusesInodes: options.reusesInodes ?? false,
    });
    this.#own = this.#volume.top;
    // A mount point has some number on the disk that it is on, seldom that of the top folder mounted over it.
    this.#volume.newFolder('below');
    this.#below = this.#volume.newTop('below');
    const begin = (operation: DiskOperation, path: RelPath): void => this.#begin(operation, path);
    this.#engine = { volume: this.#volume, holds: new Holds(this.#volume), begin };
    this.#persons = new Holds(this.#volume);
    this.person = new PersonOnDisk({
      volume: this.#volume,
      holds: this.#persons,
      begin: (path, work) => this.#requireThere(path, work),
      requireNotHeld: (inode, path) => this.#requireNotHeld(inode, path),
    });
  }

  async root(): Promise<DiskNode> {
    this.#begin('root', TOP);
    return nodeOfInode(this.#volume.top);
  }

  async list(path: RelPath): Promise<ListedNode[]> {
    this.#begin('list', path);
    const folder = this.#volume.folderAt(path);
    if (folder.isDenied) throw new DiskError('denied', path);
    if (folder.damage === 'read') throw new DiskError('io', path);
    return [...folder.children.values()].map(({ name, shown, inode }) => ({
      name,
      shown,
      node: nodeOfInode(inode),
    }));
  }

  async look(path: RelPath): Promise<DiskNode | null> {
    this.#begin('look', path);
    if (path === TOP) return nodeOfInode(this.#volume.top);
    try {
      const { entry } = this.#volume.spot(path);
      return entry === null ? null : nodeOfInode(entry.inode);
    } catch (error) {
      if (error instanceof DiskError && ['missing', 'notFolder'].includes(error.fault)) return null;
      throw error;
    }
  }

  async readLink(path: RelPath): Promise<string> {
    this.#begin('readLink', path);
    const inode = this.#volume.inodeAt(path);
    if (inode.kind !== 'symlink') throw new DiskError('wrongKind', path);
    return inode.target;
  }

  async openForRead(path: RelPath): Promise<ReadHandle> {
    this.#begin('openForRead', path);
    const file = this.#volume.fileAt(path);
    if (file.isDenied) throw new DiskError('denied', path);
    return memoryReadHandle(this.#engine, this.#engine.holds.open(file, path));
  }

  async createFile(path: RelPath): Promise<WriteHandle> {
    this.#begin('createFile', path);
    const spot = this.#volume.freeSpot(this.#volume.place(path));
    const file = this.#volume.newFile(spot.folder.device);
    this.#volume.put(spot, file);
    return memoryWriteHandle(this.#engine, this.#engine.holds.open(file, path));
  }

  async makeFolder(path: RelPath): Promise<void> {
    this.#begin('makeFolder', path);
    const spot = this.#volume.freeSpot(this.#volume.place(path));
    this.#volume.put(spot, this.#volume.newFolder(spot.folder.device));
  }

  async makeSymlink(path: RelPath, target: string): Promise<void> {
    this.#begin('makeSymlink', path);
    const place = this.#volume.place(path);
    if (target === '') throw new DiskError('missing', path);
    const spot = this.#volume.freeSpot(place);
    this.#volume.put(spot, this.#volume.newSymlink(spot.folder.device, target));
  }

  async link(from: RelPath, to: RelPath): Promise<void> {
    this.#begin('link', from);
    linkIn(this.#volume, from, to);
  }

  async rename(from: RelPath, to: RelPath): Promise<void> {
    this.#begin('rename', from);
    moveIn(this.#volume, { from, to }, (inode, path) => this.#requireNotHeld(inode, path));
  }

  async unlink(path: RelPath): Promise<void> {
    this.#begin('unlink', path);
    unlinkIn(this.#volume, path, (inode, at) => this.#requireNotHeld(inode, at));
  }

  async removeFolder(path: RelPath): Promise<void> {
    this.#begin('removeFolder', path);
    removeFolderIn(this.#volume, path);
  }

  async setAttributes(path: RelPath, attributes: { executable: boolean; mtimeMs: number }): Promise<void> {
    this.#begin('setAttributes', path);
    const file = this.#volume.fileAt(path);
    if (file.isDenied) throw new DiskError('denied', path);
    this.#volume.setAttributes(file, attributes);
  }

  async syncFolder(path: RelPath): Promise<void> {
    this.#begin('syncFolder', path);
    const folder = this.#volume.folderAt(path);
    if (folder.isDenied) throw new DiskError('denied', path);
    if (folder.damage !== 'none') throw new DiskError('io', path);
    this.#volume.layer.folderSynced(folder);
  }

  async freeBytes(): Promise<number> {
    this.#begin('freeBytes', TOP);
    return Math.max(0, this.#volume.sizeBytes - this.#volume.usedBytes);
  }

  // What is not part of the port.

  /** What a program does that writes into an open file: same inode, new bytes. */
  async overwrite(path: RelPath, bytes: Uint8Array): Promise<void> {
    this.person.overwrite(path, bytes);
  }

  /**
   * Power fails: what was not synced survives in part. `choose(n)` answers a whole number in [0, n). The same object
   * goes on as the disk after the restart; old handles reject with `io`.
   */
  powerCut(profile: CrashProfile, choose: Choose): void {
    this.#engine.holds.cutOff();
    this.#persons.cutOff();
    const blockBytes = this.#options.blockBytes ?? BLOCK_BYTES_DEFAULT;
    this.#volume.cutPower({ profile, choose, blockBytes });
  }

  /** The engine's process is killed; the system lives on: all that was done stays visible, its handles are closed. */
  processKill(): void {
    this.#engine.holds.cutOff();
  }

  /** The system writes everything back by itself, as it does after half a minute. */
  writeBack(): void {
    this.#volume.writeBack();
  }

  /** The disk is pulled out: handles end in `io`, and its path shows what was below the mount point. */
  unmount(shown: ShownInstead = 'nothing'): void {
    this.#engine.holds.cutOff();
    this.#persons.cutOff();
    this.#shown = shown;
    this.#volume.top = this.#below;
  }

  remount(): void {
    this.#shown = 'itself';
    this.#volume.top = this.#own;
  }

  /** Another folder takes the root's path, with copies of these files in it, a marker perhaps. */
  replaceRoot(copied: readonly RelPath[] = []): void {
    const contents = copied.map((path) => [path, this.person.read(path)] as const);
    this.#own = this.#volume.newTop(this.#own.device);
    this.remount();
    for (const [path, bytes] of contents) this.person.writeDeep(path, bytes);
  }

  set isReadOnly(isReadOnly: boolean) {
    this.#isReadOnly = isReadOnly;
  }

  /** Full after so many bytes more. */
  set freeBytesLeft(bytes: number) {
    this.#volume.sizeBytes = this.#volume.usedBytes + bytes;
  }

  /** From now on reads of that inode end in `io`, or syncs, or neither. */
  damage(path: RelPath, damage: Inode['damage']): void {
    const inode = path === TOP ? this.#volume.top : this.#volume.inodeAt(path);
    inode.damage = damage;
  }

  #begin(operation: DiskOperation, path: RelPath): void {
    const fault = this.#options.faultOf?.(operation, path) ?? null;
    if (fault !== null) throw new DiskError(fault, path);
    this.#requireThere(path, CHANGING.has(operation) ? 'change' : 'read');
  }

  #requireThere(path: RelPath, work: 'read' | 'change'): void {
    if (this.#shown === 'nothing') throw new DiskError('missing', path);
    if (this.#shown === 'file') throw new DiskError('notFolder', path);
    if (this.#isReadOnly && work === 'change') throw new DiskError('readOnly', path);
  }

  #requireNotHeld(inode: Inode, path: RelPath): void {
    if (!this.#volume.modes.windows) return;
    requireNotHeld(inode, path, { engine: this.#engine.holds, persons: this.#persons });
  }
}
