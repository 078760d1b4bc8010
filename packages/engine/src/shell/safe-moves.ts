import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, lastName, parentPath } from '@tidesync/shared/names';
import type { ConflictLabel } from '../core/conflict-name.ts';
import { conflictName } from '../core/conflict-name.ts';
import type { Stamp } from '../core/entry.ts';
import type { Disk, DiskNode } from '../ports/disk.ts';
import { DiskError, isDiskError } from '../ports/disk.ts';
import { makeNamesLast } from './lasting-names.ts';
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
 * Where a step takes a file out of the way: one place for each entry, emptied before the step ends. What a move takes
 * is but the old name of a file that has its new one by then: its place says which folder that is in, too.
 */
export function asidePath(id: EntryId, movedInto: EntryId | undefined): RelPath {
  return joinPath(layout.aside, (movedInto === undefined ? id : `${id}.${movedInto}`) as string as EntryName);
}

/** Whose name that is. */
export function parseAside(name: EntryName): EntryId {
  return name.split('.')[0] as EntryId;
}

interface Taking {
  readonly id: EntryId;
  readonly path: RelPath;
  readonly label: ConflictLabel;
  readonly movedInto?: EntryId;
}

/**
 * Renames what is at a path aside and says what came out: only then it is sure what that was. What a failure has
 * left there before is nobody's to replace: it comes back first.
 */
export async function takeAside(
  disk: Disk,
  { id, path, label, movedInto }: Taking,
): Promise<{ aside: RelPath; node: DiskNode }> {
  const aside = asidePath(id, movedInto);
  if ((await disk.look(aside)) !== null) await putBack(disk, aside, { path, label });
  await disk.rename(path, aside);
  const node = await disk.look(aside);
  if (node === null) throw new MovedUnderUs(path);
  return { aside, node };
}

/**
 * Moves a person's file, link or folder without ever replacing or removing anything unseen: the new name is
 * linked (the disk refuses if it is taken), the old one renamed aside, and what came out there is removed only
 * if it is that same file. A stop in between leaves two names of one file: `note` comes before the second one, so that
 * whoever finds them knows whose they are (`finishMoves`).
 * RACE: a folder has no such way. Between look and rename somebody may make an *empty* folder at the target,
 * which the rename replaces: no bytes are lost.
 */
export async function moveWithoutReplacing(
  disk: Disk,
  { id, from, to, into, label, note }: Moving,
): Promise<Moved> {
  const node = await nodeAt(disk, from);
  let isOver = true;
  if (node.kind === 'folder') await renameFolder(disk, { from, to, node });
  else if (!(await linkBeside(disk, { from, to, note: () => note(node) }))) await disk.rename(from, to);
  else isOver = await removeOldName(disk, { id, from, to, into, node: await nodeAt(disk, to), label });
  return { node: await nodeAt(disk, to), isOver };
}

interface Moved {
  readonly node: DiskNode;
  /** False: the file has its new name, and its old one still lies aside. */
  readonly isOver: boolean;
}

async function nodeAt(disk: Disk, path: RelPath): Promise<DiskNode> {
  const node = await disk.look(path);
  if (node === null) throw new MovedUnderUs(path);
  return node;
}

interface Moving {
  readonly id: EntryId;
  readonly from: RelPath;
  readonly to: RelPath;
  /** The folder of `to`. */
  readonly into: EntryId;
  readonly label: ConflictLabel;
  /** Comes before the file gets its second name, with what it was then; never for a folder. */
  readonly note: (file: DiskNode) => void;
}

/**
 * The same out of a place of our own, where nobody else works: the old name is just removed. A folder may be there
 * where somebody made one at the very path of a file that a step took.
 */
export async function placeOwn(disk: Disk, from: RelPath, to: RelPath): Promise<void> {
  const node = await nodeAt(disk, from);
  if (node.kind === 'folder') return renameFolder(disk, { from, to, node });
  await linkNew(disk, { from, to });
  // It is in its place; a second name of it among our own files is only in nobody's way.
  await disk.unlink(from).catch((error) => {
    if (!isDiskError(error)) throw error;
  });
}

/**
 * Brings somebody's work out of a place of our own back to its path, or, if that is taken, beside it under a
 * conflict name. Answers where it is now.
 */
export async function putBack(
  disk: Disk,
  own: RelPath,
  { path, label }: { path: RelPath; label: ConflictLabel },
): Promise<RelPath> {
  const taken = new Set<EntryName>();
  for (let target = path; ; ) {
    try {
      await placeOwn(disk, own, target);
      return target;
    } catch (error) {
      if (!isDiskError(error, 'exists')) throw error;
      taken.add(lastName(target));
      target = joinPath(
        parentPath(path),
        conflictName(lastName(path), label, (name) => !taken.has(name)),
      );
    }
  }
}

interface Linking {
  readonly from: RelPath;
  readonly to: RelPath;
  readonly node: DiskNode;
}

async function renameFolder(disk: Disk, { from, to, node }: Linking): Promise<void> {
  const taken = await disk.look(to);
  if (taken !== null && taken.stamp.inode !== node.stamp.inode) throw new DiskError('exists', to);
  await disk.rename(from, to);
}

/**
 * A second name for a file that may leave its first one. Windows gives one to a file that a program has open, and lets
 * neither go until that ends: such a file would have two names for so long, and a third by the next plan.
 */
async function linkBeside(
  disk: Disk,
  way: Pick<Linking, 'from' | 'to'> & { note: () => void },
): Promise<boolean> {
  await requireMovable(disk, way.from);
  way.note();
  return linkNew(disk, way);
}

/** Asks whether a file may leave its name. Rejects with DiskError `busy` or `denied` where a program has it open. */
export async function requireMovable(disk: Disk, path: RelPath): Promise<void> {
  await disk.rename(path, path).catch((error) => {
    if (isDiskError(error, 'busy', 'denied')) throw error;
  });
}

/** Gives a file a second name. False if the two names are one on this disk and only the spelling differs. */
async function linkNew(disk: Disk, { from, to }: Pick<Linking, 'from' | 'to'>): Promise<boolean> {
  try {
    await disk.link(from, to);
    return true;
  } catch (error) {
    if (!isDiskError(error, 'exists')) throw error;
    // Not by what was looked at before: somebody may have saved since, and the number be that of what is there now.
    const [taken, now] = [await disk.look(to), await disk.look(from)];
    if (taken === null || taken.stamp.inode !== now?.stamp.inode) throw error;
    return taken.links > 1 && !(await isOneName(disk, from, to));
  }
}

/** Whether two spellings are one name. The number of links does not tell: a file may have others elsewhere. */
async function isOneName(disk: Disk, one: RelPath, other: RelPath): Promise<boolean> {
  if (parentPath(one) !== parentPath(other)) return false;
  const names = (await disk.list(parentPath(one))).map(({ name }) => name);
  return !names.includes(lastName(one)) || !names.includes(lastName(other));
}

/** `node`: what has the new name, which may be a later save than was looked at first. False: the old one lies aside. */
async function removeOldName(
  disk: Disk,
  { id, from, to, into, node, label }: Linking & Omit<Moving, 'note'>,
): Promise<boolean> {
  const { aside, node: cameOut } = await takeAside(disk, { id, path: from, label, movedInto: into });
  // Numbers are used again at once, also by what somebody has just saved: only what was linked has a second name.
  if (isStillLinked(cameOut, node)) {
    // The new name has to be there before the old one goes: a power cut may keep changes of names in any order.
    await makeNamesLast(disk, parentPath(to));
    // The file has moved; a name that stays aside goes before the next look at the disk.
    return disk.unlink(aside).then(
      () => true,
      (error) => {
        if (!isDiskError(error)) throw error;
        return false;
      },
    );
  }
  await putBack(disk, aside, { path: from, label }); // saved anew meanwhile: somebody's work, which stays
  return true;
}

/** Some network disks say of every file that it has one name: there its times have to tell. */
function isStillLinked(cameOut: DiskNode, linked: DiskNode): boolean {
  if (cameOut.stamp.inode !== linked.stamp.inode) return false;
  return linked.links > 1 ? cameOut.links > 1 : sameBytes(cameOut.stamp, linked.stamp);
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
