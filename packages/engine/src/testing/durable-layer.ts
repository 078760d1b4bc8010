import type { Entry, FileInode, FolderInode, Inode } from './memory-inodes.ts';

/** What of an inode is on the disk for sure. */
export interface SafeTimes {
  mtimeNs: bigint;
  ctimeNs: bigint;
}
export interface SafeFile extends SafeTimes {
  readonly bytes: Uint8Array;
  readonly executable: boolean;
  /** What the file had when it was renamed over another: in order, such bytes are written before the rename is. */
  readonly atReplacing: Replacing[];
}

export interface Replacing {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly mtimeNs: bigint;
}

/** What became of one name: nothing where it is null. */
export interface Step {
  readonly folder: FolderInode;
  readonly key: string;
  readonly before: Entry | null;
  readonly after: Entry | null;
  readonly change: NamesChange;
}
/** One operation on names: survives whole or not at all, a rename too (all disks with a journal promise that). */
export interface NamesChange {
  readonly kind: 'names';
  readonly seq: number;
  readonly timeNs: bigint;
  /** What got, lost or changed its name. */
  readonly inode: Inode;
  readonly steps: Step[];
  /** A folder that had to be empty for it. */
  readonly emptied: FolderInode | null;
}
/** A change of a file that journals write down, unlike its bytes. */
export type OwnChange = {
  readonly seq: number;
  readonly timeNs: bigint;
  readonly inode: FileInode;
} & (
  | { readonly kind: 'attributes'; readonly executable: boolean; readonly mtimeNs: bigint }
  | { readonly kind: 'cut'; readonly sizeBytes: number }
);
export type Change = NamesChange | OwnChange;

/** Systems write back by themselves sooner or later; here, when this many changes wait. */
const CHANGES_MAX = 10_000;

/**
 * What of a disk is not yet safe from a power cut: the changes of names and attributes since they were synced, in
 * order, and for each inode what it was before. What is visible minus these is what is durable for sure.
 */
export class DurableLayer {
  readonly #pending = new Set<Change>();
  #seq = 0;
  /** In a journal that keeps order, all changes up to this one are durable. */
  #floorSeq = 0;

  get pending(): ReadonlySet<Change> {
    return this.#pending;
  }
  get floorSeq(): number {
    return this.#floorSeq;
  }

  /** Comes before every change of an inode: keeps what is safe of it. */
  remember(inode: Inode): void {
    if (inode.safe !== null) return;
    const { mtimeNs, ctimeNs } = inode;
    if (inode.kind !== 'file') {
      inode.safe = { mtimeNs, ctimeNs };
      return;
    }
    const { bytes, executable } = inode;
    inode.safe = { mtimeNs, ctimeNs, bytes, executable, atReplacing: [] };
    inode.areBytesShared = bytes.length > 0;
  }

  /** One operation on names, once it was done. */
  named(
    inode: Inode,
    steps: readonly Omit<Step, 'change'>[],
    { timeNs, emptied }: { timeNs: bigint; emptied: FolderInode | null },
  ): void {
    const change: NamesChange = { kind: 'names', seq: ++this.#seq, timeNs, inode, steps: [], emptied };
    for (const { folder, key, before, after } of steps) {
      const step = { folder, key, before, after, change };
      change.steps.push(step);
      const chain = folder.unsyncedNames.get(key);
      if (chain === undefined) folder.unsyncedNames.set(key, [step]);
      else chain.push(step);
      folder.lastSeq = change.seq;
    }
    inode.lastSeq = change.seq;
    for (const concerned of inodesOf(change)) concerned.unsyncedLinks++;
    this.#pending.add(change);
    if (inode.kind === 'file') noteReplacing(inode, change);
    if (inode.kind === 'folder' && isMaking(change)) inode.madeBy = change;
    this.#bound();
  }

  attributesSet(inode: FileInode): void {
    const { executable, mtimeNs } = inode;
    this.#own({ kind: 'attributes', executable, mtimeNs, seq: ++this.#seq, timeNs: inode.ctimeNs, inode });
  }

  cut(inode: FileInode): void {
    const sizeBytes = inode.bytes.length;
    this.#own({ kind: 'cut', sizeBytes, seq: ++this.#seq, timeNs: inode.ctimeNs, inode });
  }

  /** Content and attributes of a file are safe, unless they were lost already. */
  fileSynced(file: FileInode): void {
    this.#floorSeq = Math.max(this.#floorSeq, file.lastSeq);
    if (file.hasLostPages) return;
    for (const change of file.unsyncedChanges.splice(0)) this.#pending.delete(change);
    file.safe = null;
  }

  /** The names in a folder are safe. Not its own. */
  folderSynced(folder: FolderInode): void {
    this.#floorSeq = Math.max(this.#floorSeq, folder.lastSeq);
    for (const chain of [...folder.unsyncedNames.values()]) {
      for (const { change } of [...chain]) this.#makeDurable(change);
    }
    folder.safe = null;
  }

  /** Everything is safe; nothing is pending any more. */
  clear(): void {
    this.#floorSeq = this.#seq;
    for (const change of this.#pending) {
      if (change.kind === 'names') forgetNames(change);
      else change.inode.unsyncedChanges.length = 0;
    }
    this.#pending.clear();
  }

  #own(change: OwnChange): void {
    change.inode.lastSeq = change.seq;
    change.inode.unsyncedChanges.push(change);
    this.#pending.add(change);
    this.#bound();
  }

  /** The oldest half is written back. */
  #bound(): void {
    if (this.#pending.size <= CHANGES_MAX) return;
    const oldest = [...this.#pending].slice(0, CHANGES_MAX / 2);
    for (const change of oldest) {
      if (change.kind === 'names') this.#makeDurable(change);
      else this.fileSynced(change.inode);
      this.#floorSeq = Math.max(this.#floorSeq, change.seq);
    }
  }

  #makeDurable(change: NamesChange): void {
    if (!this.#pending.has(change)) return;
    this.#pending.delete(change);
    for (const need of this.#neededBy(change)) this.#makeDurable(need);
    forgetNames(change);
    for (const inode of [change.inode, ...change.steps.map(({ folder }) => folder)]) {
      if (inode.safe === null) continue;
      inode.safe.ctimeNs = change.timeNs;
      if (inode !== change.inode) inode.safe.mtimeNs = change.timeNs;
    }
  }

  /** What has to be durable with it, so that no inode loses its only name by being moved. */
  *#neededBy(change: NamesChange): Iterable<NamesChange> {
    yield* earlierInPlace(change);
    yield* this.#endOf(change.inode.predecessor);
    if (!isMove(change)) return;
    for (const { folder, after } of change.steps) {
      if (after !== null && folder.madeBy !== null) yield folder.madeBy;
    }
    if (!isFolderMove(change)) return;
    for (const other of this.#pending) {
      if (other.seq < change.seq && other.kind === 'names' && isFolderMove(other)) yield other;
    }
  }

  /** The changes that took an inode its names. */
  *#endOf(inode: Inode | null): Iterable<NamesChange> {
    if (inode === null) return;
    for (const other of this.#pending) {
      if (other.kind === 'names' && inodesOf(other).has(inode)) yield other;
    }
  }
}

/** What it named, and what lost that name. */
export function inodesOf(change: NamesChange): Set<Inode> {
  const inodes = new Set([change.inode]);
  for (const { before } of change.steps) if (before !== null) inodes.add(before.inode);
  return inodes;
}

/** Changes of the same names before it, and of the names in a folder that it removed. */
export function* earlierInPlace(change: NamesChange): Iterable<NamesChange> {
  for (const { folder, key } of change.steps) {
    for (const step of folder.unsyncedNames.get(key) ?? []) {
      if (step.change.seq < change.seq) yield step.change;
    }
  }
  for (const chain of change.emptied?.unsyncedNames.values() ?? []) {
    for (const step of chain) if (step.change.seq < change.seq) yield step.change;
  }
}

const isMaking = ({ steps }: NamesChange) => steps.length === 1 && steps[0]?.before === null;
const isMove = (change: NamesChange) => change.steps.length > 1;

/** Of these the order matters: one alone could put a folder into itself. */
export function isFolderMove(change: NamesChange): boolean {
  return change.inode.kind === 'folder' && isMove(change);
}

function forgetNames(change: NamesChange): void {
  for (const step of change.steps) {
    const chain = step.folder.unsyncedNames.get(step.key) ?? [];
    const left = chain.filter((other) => other.change !== change);
    if (left.length === 0) step.folder.unsyncedNames.delete(step.key);
    else step.folder.unsyncedNames.set(step.key, left);
  }
  if (change.inode.kind === 'folder' && change.inode.madeBy === change) change.inode.madeBy = null;
  for (const inode of inodesOf(change)) {
    if (--inode.unsyncedLinks === 0) inode.predecessor = null;
  }
}

function noteReplacing(file: FileInode, change: NamesChange): void {
  const replaced = change.steps.find(({ after }) => after?.inode === file)?.before;
  if (file.safe === null || replaced?.inode.kind !== 'file' || replaced.inode === file) return;
  file.safe.atReplacing.push({ seq: change.seq, bytes: file.bytes, mtimeNs: file.mtimeNs });
  file.areBytesShared = true;
}
