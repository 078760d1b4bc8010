import { assert } from '@tidesync/shared/brand';
import type { RelPath } from '@tidesync/shared/names';
import { lastName, parentPath, segments, TOP } from '@tidesync/shared/names';
import type { DiskFault } from '../ports/disk.ts';
import { DiskError } from '../ports/disk.ts';
import type { DiskModes, NameTable } from './disk-modes.ts';
import { nameTableOf } from './disk-modes.ts';
import { DurableLayer } from './durable-layer.ts';
import type { Entry, FileInode, FolderInode, Inode, SymlinkInode } from './memory-inodes.ts';
import { nsOf, roundedDown } from './memory-inodes.ts';
import type { Cut } from './power-cut.ts';
import { cutPower, keepAll } from './power-cut.ts';

export interface VolumeOptions {
  readonly modes: DiskModes;
  readonly nowMs: () => number;
  /** Whether the number of an inode that is gone goes to the next new one, as on ext4. */
  readonly reusesInodes: boolean;
}

/** A name that is looked for in a folder. */
export interface Place {
  readonly path: RelPath;
  readonly folder: FolderInode;
  readonly key: string;
  readonly name: string;
}
/** What was found there. */
export interface Spot extends Place {
  readonly entry: Entry | null;
}

interface FreeNumber {
  readonly number: number;
  /** Whose it was, if that may come back in a power cut. */
  readonly of: Inode | null;
}

/** Inodes and names: what every program on a machine sees of a disk, one operation at a time. */
export class MemoryVolume {
  readonly layer = new DurableLayer();
  readonly #options: VolumeOptions;
  readonly #table: NameTable;
  readonly #free = new Map<string, FreeNumber[]>();
  readonly #lastNumbers = new Map<string, number>();
  #ticks = 0n;
  /** Folders that no other folder has a name for: of this disk, of those that lie over or under it. */
  readonly tops = new Set<FolderInode>();
  /** The one that paths begin in. */
  top: FolderInode;
  sizeBytes: number;
  usedBytes = 0;

  constructor(options: VolumeOptions & { readonly sizeBytes: number }) {
    this.#options = options;
    this.#table = nameTableOf(options.modes);
    this.sizeBytes = options.sizeBytes;
    this.top = this.newTop('1');
  }

  get modes(): DiskModes {
    return this.#options.modes;
  }

  // Looking.

  folderAt(path: RelPath): FolderInode {
    let folder = this.top;
    for (const name of segments(path)) {
      const inode = this.#child(folder, name, path)?.inode;
      if (inode === undefined) throw new DiskError('missing', path);
      if (inode.kind === 'symlink') throw new DiskError('linkedParent', path);
      if (inode.kind !== 'folder') throw new DiskError('notFolder', path);
      folder = inode;
    }
    return folder;
  }

  place(path: RelPath): Place {
    if (path === TOP) throw new DiskError('isFolder', path);
    const name = lastName(path);
    return { path, name, folder: this.folderAt(parentPath(path)), key: this.#table.keyOf(name) };
  }

  find(place: Place): Spot {
    return { ...place, entry: this.#child(place.folder, place.name, place.path) };
  }

  spot(path: RelPath): Spot {
    return this.find(this.place(path));
  }

  inodeAt(path: RelPath): Inode {
    const { entry } = this.spot(path);
    if (entry === null) throw new DiskError('missing', path);
    return entry.inode;
  }

  fileAt(path: RelPath): FileInode {
    const inode = this.inodeAt(path);
    if (inode.kind === 'file') return inode;
    throw new DiskError(inode.kind === 'folder' ? 'isFolder' : 'wrongKind', path);
  }

  /** Where something new may be put. */
  freeSpot(place: Place): Spot {
    const spot = this.find(place);
    if (spot.entry !== null) throw new DiskError('exists', place.path);
    this.requireMakeable(place);
    return spot;
  }

  foldersAbove(path: RelPath): Set<FolderInode> {
    const folders = new Set([this.top]);
    let above = TOP;
    for (const name of segments(parentPath(path))) {
      above = (above === TOP ? name : `${above}/${name}`) as RelPath;
      folders.add(this.folderAt(above));
    }
    return folders;
  }

  #child(folder: FolderInode, name: string, path: RelPath): Entry | null {
    const fault = folder.isDenied ? 'denied' : this.#table.lookFault(name);
    if (fault !== null) throw new DiskError(fault, path);
    return folder.children.get(this.#table.keyOf(name)) ?? null;
  }

  /** Throws where this disk holds no such name. */
  requireMakeable({ name, path }: Place): void {
    const fault = this.#table.makeFault(name);
    if (fault !== null) throw new DiskError(fault, path);
  }

  // Making.

  newTop(device: string): FolderInode {
    const top = this.newFolder(device);
    this.tops.add(top);
    return top;
  }

  newFolder(device: string): FolderInode {
    return {
      ...this.#newInode(device),
      ...{ kind: 'folder', children: new Map(), safe: null, unsyncedNames: new Map(), madeBy: null },
    };
  }

  newFile(device: string): FileInode {
    return {
      ...this.#newInode(device),
      ...{ kind: 'file', bytes: new Uint8Array(0), areBytesShared: false, executable: false },
      ...{ safe: null, unsyncedChanges: [], hasLostPages: false },
    };
  }

  newSymlink(device: string, target: string): SymlinkInode {
    return { ...this.#newInode(device), kind: 'symlink', target, safe: null };
  }

  newOther(device: string): Inode {
    return { ...this.#newInode(device), kind: 'other', safe: null };
  }

  #newInode(device: string) {
    const birthNs = this.nowNs();
    const timeNs = roundedDown(birthNs, this.modes.otherTimesStepNs);
    const free = this.#free.get(device)?.shift();
    const predecessor = free?.of != null && free.of.unsyncedLinks > 0 ? free.of : null;
    return {
      ...{ number: free?.number ?? this.#nextNumber(device), device, predecessor },
      ...{ mtimeNs: roundedDown(birthNs, this.modes.mtimeStepNs), ctimeNs: timeNs, birthtimeNs: timeNs },
      ...{ links: 0, handles: 0, isDenied: false, damage: 'none' as const, lastSeq: 0, unsyncedLinks: 0 },
    };
  }

  #nextNumber(device: string): number {
    const number = (this.#lastNumbers.get(device) ?? 0) + 1;
    this.#lastNumbers.set(device, number);
    return number;
  }

  /** An inode without name and handle is gone. */
  release(inode: Inode): void {
    if (inode.links > 0 || inode.handles > 0) return;
    if (inode.kind === 'file') this.usedBytes -= inode.bytes.length;
    if (!this.#options.reusesInodes) return;
    const free = this.#free.get(inode.device) ?? [];
    this.#free.set(
      inode.device,
      [...free, { number: inode.number, of: inode }].sort((a, b) => a.number - b.number),
    );
  }

  // Naming. Each is one change, which survives a power cut whole or not at all.

  put(spot: Spot, inode: Inode): void {
    const after = this.#entryFor(spot, inode);
    this.#rename(inode, [{ ...spot, after }]);
  }

  take(spot: Spot): Inode {
    assert(spot.entry !== null, 'what is taken away was there');
    const { inode } = spot.entry;
    this.#rename(inode, [{ ...spot, after: null }]);
    return inode;
  }

  move(from: Spot, to: Spot): void {
    assert(from.entry !== null, 'what is moved was there');
    const { inode } = from.entry;
    const after = this.#entryFor(to, inode);
    if (from.folder === to.folder && from.key === to.key) this.#rename(inode, [{ ...to, after }]);
    else
      this.#rename(inode, [
        { ...from, after: null },
        { ...to, after },
      ]);
  }

  /** The file under a name that is no well-formed UTF-8; made if there is none. */
  unnamedFile(folder: FolderInode, shown: string): FileInode {
    const place = { folder, key: `\0${shown}`, name: shown, path: TOP };
    const known = folder.children.get(place.key)?.inode;
    if (known?.kind === 'file') return known;
    const inode = this.newFile(folder.device);
    this.#rename(inode, [{ ...place, entry: null, after: { name: null, shown, inode } }]);
    return inode;
  }

  #entryFor({ name }: Place, inode: Inode): Entry {
    const stored = this.#table.storedAs(name);
    return { name: stored, shown: stored, inode };
  }

  #rename(inode: Inode, changes: (Spot & { after: Entry | null })[]): void {
    const nowNs = this.nowNs();
    const timeNs = roundedDown(nowNs, this.modes.otherTimesStepNs);
    const replaced = changes.map(({ entry }) => entry?.inode).find((other) => other && other !== inode);
    for (const touched of [inode, ...(replaced ? [replaced] : []), ...changes.map(({ folder }) => folder)]) {
      this.layer.remember(touched);
      touched.ctimeNs = timeNs;
    }
    for (const { folder, key, entry, after } of changes) {
      folder.mtimeNs = roundedDown(nowNs, this.modes.mtimeStepNs);
      if (entry !== null) entry.inode.links--;
      if (after === null) folder.children.delete(key);
      else folder.children.set(key, after);
      if (after !== null) after.inode.links++;
    }
    const gone = replaced ?? (inode.links === 0 ? inode : null);
    const emptied = gone?.kind === 'folder' ? gone : null;
    const steps = changes.map(({ folder, key, entry, after }) => ({ folder, key, before: entry, after }));
    this.layer.named(inode, steps, { timeNs, emptied });
    if (gone !== null) this.release(gone);
  }

  // Writing.

  /** As much as there is room for; `full` if that was not all. */
  write(file: FileInode, path: RelPath, part: { bytes: Uint8Array; position: number }): void {
    const { position } = part;
    const freeBytes = Math.max(0, this.sizeBytes - this.usedBytes);
    const end = Math.min(position + part.bytes.length, file.bytes.length + freeBytes);
    const bytes = part.bytes.subarray(0, Math.max(0, end - position));
    if (bytes.length > 0) {
      this.#beforeWrite(file, end);
      file.bytes.set(bytes, position);
      this.#wrote(file);
    }
    if (bytes.length < part.bytes.length) throw new DiskError('full', path);
  }

  /** Makes a file shorter, or longer with zeros. */
  resize(file: FileInode, path: RelPath, sizeBytes: number): void {
    const { length } = file.bytes;
    if (sizeBytes - length > this.sizeBytes - this.usedBytes) throw new DiskError('full', path);
    this.layer.remember(file);
    if (sizeBytes < length) {
      file.bytes = file.bytes.slice(0, sizeBytes);
      file.areBytesShared = false;
      this.usedBytes -= length - sizeBytes;
    } else {
      this.#beforeWrite(file, sizeBytes);
    }
    this.#wrote(file);
    if (sizeBytes < length) this.layer.cut(file);
  }

  setAttributes(file: FileInode, { executable, mtimeMs }: { executable: boolean; mtimeMs: number }): void {
    this.layer.remember(file);
    file.executable = executable;
    file.mtimeNs = roundedDown(nsOf(mtimeMs), this.modes.mtimeStepNs);
    file.ctimeNs = roundedDown(this.nowNs(), this.modes.otherTimesStepNs);
    this.layer.attributesSet(file);
  }

  /** Makes the bytes its own, and as many as that if there were fewer. */
  #beforeWrite(file: FileInode, end: number): void {
    this.layer.remember(file);
    const { bytes } = file;
    const { length } = bytes;
    const roomBytes = bytes.buffer.byteLength - bytes.byteOffset;
    if (file.areBytesShared || end > roomBytes) {
      const copy = new Uint8Array(end > length ? Math.max(end, length + (length >> 1)) : length);
      copy.set(bytes);
      file.bytes = copy.subarray(0, Math.max(end, length));
      file.areBytesShared = false;
    } else if (end > length) {
      file.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, end);
    }
    this.usedBytes += file.bytes.length - length;
  }

  #wrote(file: FileInode): void {
    const nowNs = this.nowNs();
    file.mtimeNs = roundedDown(nowNs, this.modes.mtimeStepNs);
    file.ctimeNs = roundedDown(nowNs, this.modes.otherTimesStepNs);
  }

  /** The clock's time, made unique: no two changes leave the same stamp, unless the disk keeps it coarsely. */
  nowNs(): bigint {
    this.#ticks++;
    return nsOf(this.#options.nowMs()) + this.#ticks;
  }

  /** All that was done is safe. */
  writeBack(): void {
    keepAll(this.layer, this.tops);
  }

  /** Whatever has no name below a top after that is gone. */
  cutPower(cut: Cut): void {
    const left = cutPower(this.layer, this.tops, cut);
    this.usedBytes = 0;
    for (const inode of left) if (inode.kind === 'file') this.usedBytes += inode.bytes.length;
    if (this.#options.reusesInodes) this.#freeAllBut(left);
  }

  #freeAllBut(left: ReadonlySet<Inode>): void {
    const used = new Set([...left].map(({ device, number }) => `${device}/${number}`));
    for (const [device, last] of this.#lastNumbers) {
      const numbers = Array.from({ length: last }, (_, at) => at + 1);
      const free = numbers.filter((number) => !used.has(`${device}/${number}`));
      this.#free.set(
        device,
        free.map((number) => ({ number, of: null })),
      );
    }
  }

  faultOfReplacing(inode: Inode, target: Inode): DiskFault | null {
    if (inode.kind !== 'folder') return target.kind === 'folder' ? 'isFolder' : null;
    if (target.kind !== 'folder') return 'notFolder';
    return target.children.size > 0 ? 'notEmpty' : null;
  }
}
