import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, segments, TOP } from '@tidesync/shared/names';
import { DiskError } from '../ports/disk.ts';
import type { Hold, Holds } from './memory-handles.ts';
import { requireOpen } from './memory-handles.ts';
import type { Entry, FileInode, Inode } from './memory-inodes.ts';
import type { MemoryVolume } from './memory-volume.ts';
import type { RequireNotHeld } from './name-operations.ts';
import { linkIn, moveIn, removeFolderIn, unlinkIn } from './name-operations.ts';

interface PersonParts {
  readonly volume: MemoryVolume;
  readonly holds: Holds;
  /** Throws where there is no disk to work on, or none to change. */
  readonly begin: (path: RelPath, work: 'read' | 'change') => void;
  readonly requireNotHeld: RequireNotHeld;
}

/** A file that a program other than the engine has open, wherever its name goes. */
export interface PersonHandle {
  writeAt(bytes: Uint8Array, position: number): void;
  append(bytes: Uint8Array): void;
  truncate(sizeBytes: number): void;
  sync(): void;
  read(): Uint8Array;
  close(): void;
}

/**
 * What programs other than the engine do on a disk in memory, each at once. Faults that are made for the engine do
 * not come here; room, names, locks and read-only do. Rejections are `DiskError`s, thrown.
 */
export class PersonOnDisk {
  readonly #parts: PersonParts;

  constructor(parts: PersonParts) {
    this.#parts = parts;
  }

  get #volume(): MemoryVolume {
    return this.#parts.volume;
  }

  read(path: RelPath): Uint8Array {
    this.#parts.begin(path, 'read');
    return this.#volume.fileAt(path).bytes.slice();
  }

  /** Writes a new file, or into the one that is there: same inode, cut to nothing first. */
  write(path: RelPath, bytes: Uint8Array): void {
    this.#parts.begin(path, 'change');
    if (this.#volume.spot(path).entry === null) this.#make(path);
    this.overwrite(path, bytes);
  }

  overwrite(path: RelPath, bytes: Uint8Array): void {
    this.#parts.begin(path, 'change');
    const file = this.#volume.fileAt(path);
    this.#volume.resize(file, path, 0);
    this.#volume.write(file, path, { bytes, position: 0 });
  }

  /** With the folders above it, where they are missing. */
  writeDeep(path: RelPath, bytes: Uint8Array): void {
    const above = segments(path).slice(0, -1);
    let folder = TOP;
    for (const name of above) {
      folder = joinPath(folder, name as EntryName);
      if (this.#volume.spot(folder).entry === null) this.makeFolder(folder);
    }
    this.write(path, bytes);
  }

  /** As editors do: a new file beside the old one, renamed over it. */
  saveByRename(path: RelPath, bytes: Uint8Array): void {
    const beside = `${path}.new` as RelPath;
    this.write(beside, bytes);
    this.rename(beside, path);
  }

  append(path: RelPath, bytes: Uint8Array): void {
    this.#parts.begin(path, 'change');
    const file = this.#volume.fileAt(path);
    this.#volume.write(file, path, { bytes, position: file.bytes.length });
  }

  truncate(path: RelPath, sizeBytes: number): void {
    this.#parts.begin(path, 'change');
    this.#volume.resize(this.#volume.fileAt(path), path, sizeBytes);
  }

  setAttributes(path: RelPath, attributes: { executable: boolean; mtimeMs: number }): void {
    this.#parts.begin(path, 'change');
    this.#volume.setAttributes(this.#volume.fileAt(path), attributes);
  }

  /** Opens a file, and makes it if there is none. */
  open(path: RelPath): PersonHandle {
    this.#parts.begin(path, 'change');
    if (this.#volume.spot(path).entry === null) this.#make(path);
    return this.#handle(this.#parts.holds.open(this.#volume.fileAt(path), path));
  }

  makeFolder(path: RelPath): void {
    this.#parts.begin(path, 'change');
    const spot = this.#volume.freeSpot(this.#volume.place(path));
    this.#volume.put(spot, this.#volume.newFolder(spot.folder.device));
  }

  makeSymlink(path: RelPath, target: string): void {
    this.#parts.begin(path, 'change');
    const spot = this.#volume.freeSpot(this.#volume.place(path));
    this.#volume.put(spot, this.#volume.newSymlink(spot.folder.device, target));
  }

  /** A socket or fifo. */
  makeOther(path: RelPath): void {
    this.#parts.begin(path, 'change');
    const spot = this.#volume.freeSpot(this.#volume.place(path));
    this.#volume.put(spot, this.#volume.newOther(spot.folder.device));
  }

  /** A file whose name is no well-formed UTF-8; `shown` is what listings make of it. */
  writeUnnamed(folder: RelPath, shown: string, bytes: Uint8Array): void {
    this.#parts.begin(folder, 'change');
    const file = this.#volume.unnamedFile(this.#volume.folderAt(folder), shown);
    this.#volume.resize(file, folder, 0);
    this.#volume.write(file, folder, { bytes, position: 0 });
  }

  link(from: RelPath, to: RelPath): void {
    this.#parts.begin(from, 'change');
    linkIn(this.#volume, from, to);
  }

  rename(from: RelPath, to: RelPath): void {
    this.#parts.begin(from, 'change');
    moveIn(this.#volume, { from, to }, this.#parts.requireNotHeld);
  }

  unlink(path: RelPath): void {
    this.#parts.begin(path, 'change');
    unlinkIn(this.#volume, path, this.#parts.requireNotHeld);
  }

  removeFolder(path: RelPath): void {
    this.#parts.begin(path, 'change');
    removeFolderIn(this.#volume, path);
  }

  /** With all that is in it. */
  removeAll(path: RelPath): void {
    this.#parts.begin(path, 'change');
    const inode = this.#volume.inodeAt(path);
    if (inode.kind !== 'folder') {
      this.unlink(path);
      return;
    }
    for (const { name } of [...inode.children.values()]) {
      if (name !== null) this.removeAll(joinPath(path, name as EntryName));
    }
    this.removeFolder(path);
  }

  /** Nobody may read the file, or list the folder and come to what is in it; or again. */
  deny(path: RelPath, isDenied: boolean): void {
    const inode = path === TOP ? this.#volume.top : this.#volume.inodeAt(path);
    inode.isDenied = isDenied;
  }

  /** Another disk takes a folder's place. Answers what takes it off again. */
  mount(path: RelPath, device: string): () => void {
    this.#parts.begin(path, 'read');
    const spot = this.#volume.spot(path);
    if (spot.entry?.inode.kind !== 'folder') throw new DiskError('notFolder', path);
    const covered: Entry = spot.entry;
    this.#volume.tops.add(spot.entry.inode);
    const inode = this.#volume.newFolder(device);
    inode.links = 1;
    spot.folder.children.set(spot.key, { ...covered, inode });
    return () => {
      spot.folder.children.set(spot.key, covered);
    };
  }

  #make(path: RelPath): Inode {
    const spot = this.#volume.freeSpot(this.#volume.place(path));
    const file = this.#volume.newFile(spot.folder.device);
    this.#volume.put(spot, file);
    return file;
  }

  #handle(hold: Hold): PersonHandle {
    const { path } = hold;
    const volume = this.#volume;
    const open = (work: 'read' | 'change' = 'change'): FileInode => {
      requireOpen(hold);
      this.#parts.begin(path, work);
      return hold.file;
    };
    return {
      writeAt: (bytes, position) => volume.write(open(), path, { bytes, position }),
      append: (bytes) => volume.write(open(), path, { bytes, position: hold.file.bytes.length }),
      truncate: (sizeBytes) => volume.resize(open(), path, sizeBytes),
      sync: () => volume.layer.fileSynced(open()),
      read: () => open('read').bytes.slice(),
      close: () => this.#parts.holds.close(hold),
    };
  }
}
