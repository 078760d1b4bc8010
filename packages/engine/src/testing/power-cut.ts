import { assert } from '@tidesync/shared/brand';
import type { Change, DurableLayer, NamesChange } from './durable-layer.ts';
import { earlierInPlace, inodesOf, isFolderMove } from './durable-layer.ts';
import type { Entry, FileInode, FolderInode, Inode } from './memory-inodes.ts';
import type { Journal } from './torn-content.ts';
import { keptInOrder, keptSomehow } from './torn-content.ts';

/**
 * What a disk promises of what was not synced. A sync of a file or folder makes that one durable in both.
 *
 * - `ordered`, like ext4 with data=ordered, and XFS, Btrfs, F2FS, APFS and NTFS as far as they say anything: changes of
 *   names and attributes survive in their order, none without those before it; so a sync makes all earlier ones durable
 *   as well. Bytes know no such order, but a file never shows any that were not written to it: it ends early instead,
 *   at a block's border; blocks that were written over are old or new each. Where a file was renamed over another one,
 *   its bytes survive with that rename (ext4's auto_da_alloc); where it took a free name, it may be empty.
 * - `strict`, what POSIX says: any set of changes of names may survive, as long as each folder stays whole: names
 *   change in their order, a rename happens whole, folders are removed empty, and none is in itself or in one that is
 *   lost. A sync of a file does not keep its name. Bytes that were not synced may be old, new, a mixture block by
 *   block, zeros, or missing.
 *
 * Sources: the kernel's `admin-guide/ext4` (data modes, auto_da_alloc); "metadata operation reordering regards to
 * crash" and "crash-recovery-guarantees" on linux-fsdevel, 2018 and 2019; Pillai et al., "All File Systems Are Not
 * Created Equal", OSDI 2014; "Windows Internals", on NTFS recovery. APFS and NTFS say of themselves that their
 * structures stay whole and that bytes need a flush; that names survive in order there is taken from their journals.
 */
export type CrashProfile = 'ordered' | 'strict';
/** Answers a whole number in [0, n). */
export type Choose = (n: number) => number;

export interface Cut {
  readonly profile: CrashProfile;
  readonly choose: Choose;
  readonly blockBytes: number;
}

/**
 * Brings inodes into a state that a power cut may leave, below these folders, and forgets what was pending. Answers the
 * inodes that are left.
 */
export function cutPower(layer: DurableLayer, tops: Iterable<FolderInode>, cut: Cut): Set<Inode> {
  const survivors = survivorsOf(layer, cut);
  const lostSeqs = [...layer.pending].filter((change) => !survivors.has(change)).map(({ seq }) => seq);
  const endSeq = lostSeqs[0] ?? Number.POSITIVE_INFINITY;
  const times = timesOf(survivors);
  rename(layer.pending, survivors);
  const left = new Set<Inode>();
  for (const top of tops)
    visitBelow(top, left, (inode) => settle(inode, times.get(inode), { ...cut, survivors, endSeq }));
  layer.clear();
  return left;
}

function survivorsOf(layer: DurableLayer, { profile, choose }: Cut): Set<Change> {
  const pending = [...layer.pending];
  if (profile === 'ordered') {
    const sure = pending.filter(({ seq }) => seq <= layer.floorSeq).length;
    return new Set(pending.slice(0, sure + choose(pending.length - sure + 1)));
  }
  const survivors = new Set<Change>();
  const lost: Lost = { changes: new Set(), inodes: new Set() };
  let isFolderMoveLost = false;
  for (const change of pending) {
    if (change.kind !== 'names') continue;
    const isMove = isFolderMove(change);
    const may = !(isMove && isFolderMoveLost) && canSurvive(change, lost);
    if (may && choose(2) === 1) {
      survivors.add(change);
    } else {
      lost.changes.add(change);
      for (const inode of inodesOf(change)) lost.inodes.add(inode);
      isFolderMoveLost ||= isMove;
    }
  }
  return survivors;
}

interface Lost {
  readonly changes: Set<Change>;
  /** Whose names they were of. */
  readonly inodes: Set<Inode>;
}

function canSurvive(change: NamesChange, lost: Lost): boolean {
  const { predecessor } = change.inode;
  if (predecessor !== null && lost.inodes.has(predecessor)) return false;
  for (const earlier of earlierInPlace(change)) if (lost.changes.has(earlier)) return false;
  return change.steps.every(
    ({ folder, after }) => after === null || folder.madeBy === null || !lost.changes.has(folder.madeBy),
  );
}

function timesOf(survivors: ReadonlySet<Change>): Map<Inode, bigint> {
  const times = new Map<Inode, bigint>();
  for (const change of survivors) {
    times.set(change.inode, change.timeNs);
    if (change.kind === 'names') for (const { folder } of change.steps) times.set(folder, change.timeNs);
  }
  return times;
}

/** Each name becomes what its last change made of it that survived. */
function rename(pending: Iterable<Change>, survivors: ReadonlySet<Change>): void {
  const chains = new Set<readonly NamesChange['steps'][number][]>();
  for (const change of pending) {
    if (change.kind !== 'names') continue;
    for (const { folder, key } of change.steps) chains.add(folder.unsyncedNames.get(key) ?? []);
  }
  for (const chain of chains) {
    const [first] = chain;
    assert(first !== undefined, 'a pending change is in its chain');
    let entry: Entry | null = first.before;
    for (const step of chain) if (survivors.has(step.change)) entry = step.after;
    if (entry === null) first.folder.children.delete(first.key);
    else first.folder.children.set(first.key, entry);
  }
}

/** All that was done is safe. */
export function keepAll(layer: DurableLayer, tops: Iterable<FolderInode>): void {
  const seen = new Set<Inode>();
  const keep = (inode: Inode): void => {
    inode.safe = null;
  };
  for (const top of tops) visitBelow(top, seen, keep);
  layer.clear();
}

/** Visits every inode once, and counts the names anew while it goes. */
function visitBelow(top: FolderInode, seen: Set<Inode>, visit: (inode: Inode) => void): void {
  if (seen.has(top)) return;
  seen.add(top);
  visit(top);
  const folders = [top];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { inode } of folder.children.values()) {
      if (seen.has(inode)) {
        inode.links++;
        continue;
      }
      seen.add(inode);
      inode.links = 1;
      visit(inode);
      if (inode.kind === 'folder') folders.push(inode);
    }
  }
}

/** `timeNs`: of the last change of it that survived. */
function settle(inode: Inode, timeNs: bigint | undefined, by: Cut & Journal): void {
  const { safe } = inode;
  inode.handles = 0;
  if (safe === null) return;
  const nowNs = inode.ctimeNs;
  inode.ctimeNs = timeNs ?? safe.ctimeNs;
  if (inode.kind === 'folder') inode.mtimeNs = timeNs ?? safe.mtimeNs;
  if (inode.kind === 'file' && settleFile(inode, by)) inode.ctimeNs = nowNs;
  inode.safe = null;
}

/** Answers whether anything of it is new. */
function settleFile(file: FileInode, by: Cut & Journal): boolean {
  if (file.safe === null) return false;
  const kept = by.profile === 'ordered' ? keptInOrder(file, file.safe, by) : keptSomehow(file, file.safe, by);
  file.bytes = kept.bytes.slice();
  file.areBytesShared = false;
  file.mtimeNs = kept.mtimeNs;
  file.executable = kept.executable;
  file.hasLostPages = false;
  return kept.isNew;
}
