import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, lastName, OWN_FOLDER, parentPath, TOP } from '@tidesync/shared/names';
import { localPathOf } from '../core/path-of.ts';
import type { PathTrouble } from '../core/trouble.ts';
import type { Disk, DiskNode, ListedNode } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import type { ActivityRecord, MoveUnderWay } from '../ports/journal.ts';
import { makeNamesLast } from './lasting-names.ts';
import { layout } from './layout.ts';
import { recordSetAside, recordSettled } from './record-step.ts';
import type { OpenParts } from './root-parts.ts';
import { labelOf } from './root-parts.ts';
import { asidePath, putBack, takeAside } from './safe-moves.ts';
import { writeTrouble } from './transfer/disk-trouble.ts';

export interface FinishedMoves {
  /** Folders in which a name may have gone. */
  readonly folders: readonly RelPath[];
  /** Where the disk would not: the move stays noted. */
  readonly stuck: readonly { readonly id: EntryId; readonly path: RelPath; readonly trouble: PathTrouble }[];
  /** What lies aside and is no name of a move that is still noted. */
  readonly aside: readonly ListedNode[];
}

/**
 * Before any look at the disk, while no step is under way: a move that is noted then was cut short, by a stop or by a
 * disk that failed. It is finished and recorded as if it had not been (T20), or the note goes and all stays (T21).
 * `found`: what lies aside.
 */
export async function finishMoves(parts: OpenParts, found: readonly ListedNode[]): Promise<FinishedMoves> {
  const moves = parts.journal.movesUnderWay();
  if (moves.length === 0) return { folders: [], stuck: [], aside: found };
  const stuck: { id: EntryId; path: RelPath; trouble: PathTrouble }[] = [];
  const ofStuck = new Set<string>();
  for (const move of moves) {
    try {
      await finish(parts, move);
    } catch (error) {
      if (!isDiskError(error)) throw error;
      stuck.push({ id: move.id, path: move.from, trouble: writeTrouble(error, 0) });
      ofStuck.add(lastName(ownPathOf(move)));
    }
  }
  const left = await parts.disk.list(layout.aside);
  return {
    folders: moves.flatMap(({ from, to }) => [parentPath(from), parentPath(to)]),
    stuck,
    aside: left.filter(({ name }) => name === null || !ofStuck.has(name)),
  };
}

/** Where the old name of a move lies before it goes. */
const ownPathOf = ({ id, into }: MoveUnderWay): RelPath => asidePath(id, into);

/** Rejects with DiskError; then everything is as it was, or further on, and can be tried again. */
async function finish(parts: OpenParts, noted: MoveUnderWay): Promise<void> {
  const { disk, journal } = parts;
  const { from, to } = noted;
  const seen: Seen = {
    to: await lookAt(disk, to),
    from: await lookAt(disk, from),
    own: await lookAt(disk, ownPathOf(noted)),
  };
  const move = ofWhatWasLinked(noted, seen);
  const where = await finishNames(parts, move, seen);
  if (where !== null)
    for (const folder of [parentPath(to), parentPath(from), layout.aside]) await lasts(disk, folder);
  journal.transaction(() => {
    if (where !== null) record(parts, move, where);
    journal.dropMove(move.id, to);
  });
}

/** What the names of a move show. `own`: where its old name lies before it goes. */
type Seen = Readonly<Record<'to' | 'from' | 'own', DiskNode | null>>;

/** A save between the look and the link was linked in the place of what is noted: one file with both names (T21). */
function ofWhatWasLinked(move: MoveUnderWay, { to, from, own }: Seen): MoveUnderWay {
  if (to === null || isFileOf(move, to)) return move;
  const { inode, birthtimeNs } = to.stamp;
  const linked = { ...move, inode, birthtimeNs, links: 1 };
  return [from, own].some((node) => node !== null && isFileOf(linked, node)) ? linked : move;
}

/** Leaves one name of two. Answers what is at the new one if the move is through by then; null if it never was. */
async function finishNames(parts: OpenParts, move: MoveUnderWay, seen: Seen): Promise<DiskNode | null> {
  const { disk } = parts;
  const { from, to, into } = move;
  const isThere = (node: DiskNode | null): node is DiskNode => node !== null && isFileOf(move, node);
  if (isThere(seen.to)) {
    if (!isThere(seen.from) && !isThere(seen.own)) return seen.to;
    if (!hasSecond(seen.to, move)) return null;
    const taking = { ...move, path: from, label: labelOf(parts), movedInto: into };
    if (isThere(seen.from)) await takeAside(disk, taking);
    return removeOwn(parts, move, to);
  }
  if (!isThere(seen.own) || !hasSecond(seen.own, move)) return null;
  const other = await findElsewhere(disk, move);
  return other === null ? null : removeOwn(parts, move, other);
}

async function lookAt(disk: Disk, path: RelPath): Promise<DiskNode | null> {
  return disk.look(path).catch((error) => {
    if (!isDiskError(error, 'missing', 'notFolder', 'linkedParent')) throw error;
    return null;
  });
}

/** The node at that path if it is the very file of the move. */
async function lookFor(disk: Disk, path: RelPath, move: MoveUnderWay): Promise<DiskNode | null> {
  const node = await lookAt(disk, path);
  return node !== null && isFileOf(move, node) ? node : null;
}

/** Whether that is the very file of a move: numbers are used again, times of birth are not. */
export function isFileOf({ inode, birthtimeNs }: MoveUnderWay, { kind, stamp }: DiskNode): boolean {
  return kind !== 'folder' && stamp.inode === inode && stamp.birthtimeNs === birthtimeNs;
}

/** Whether the file has more names than before the move: one of two that are seen is ours to remove then. */
const hasSecond = ({ links }: DiskNode, move: MoveUnderWay) => links > move.links;

/**
 * Removes the old name where it lies aside, if another one is where people see it, and it is not the last, in the last
 * moment (T21). Else what lies there is put back. Answers the node at `other`, null if nothing was removed.
 */
async function removeOwn(parts: OpenParts, move: MoveUnderWay, other: RelPath): Promise<DiskNode | null> {
  const { disk } = parts;
  const own = ownPathOf(move);
  // The new name has to be there before the old one goes: a power cut may keep changes of names in any order.
  await makeNamesLast(disk, parentPath(other));
  const [seen, taken] = [await lookFor(disk, other, move), await lookFor(disk, own, move)];
  if (seen !== null && taken !== null && hasSecond(taken, move)) {
    await disk.unlink(own);
    return disk.look(other);
  }
  await putBack(disk, own, { path: move.from, label: labelOf(parts) });
  return null;
}

/** A name of the file that a person has given it since, anywhere in the root; null if none is seen (T22). */
async function findElsewhere(disk: Disk, move: MoveUnderWay): Promise<RelPath | null> {
  const folders = [TOP];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const nodes = await disk.list(folder).catch((error) => {
      if (!isDiskError(error)) throw error;
      return [];
    });
    for (const { name, node } of nodes) {
      if (name === null || (folder === TOP && name === OWN_FOLDER)) continue;
      const path = joinPath(folder, name as EntryName);
      if (isFileOf(move, node)) return path;
      if (node.kind === 'folder') folders.push(path);
    }
  }
  return null;
}

/** What a step records, for an entry that is as the step had found it. */
function record(parts: OpenParts, move: MoveUnderWay, node: DiskNode): void {
  const { journal, clock } = parts;
  const { id, from, to, into, as } = move;
  const { local } = journal.get(id);
  if (local.is === 'absent' || local.body.kind !== node.kind || localPathOf(journal, id) !== from) return;
  // Nobody knows when it began: where times are coarse, they prove nothing.
  const sinceMs = Number.NEGATIVE_INFINITY;
  if (as.is === 'copy') recordSetAside(parts, id, { copyId: as.copyId, local, from, to, node, sinceMs });
  else {
    const target = local.body.kind === 'symlink' ? local.body.target : null;
    recordSettled(parts, id, { node, place: { parentId: into, name: lastName(to) }, target, sinceMs });
  }
  const activity = activityOf(move);
  if (activity !== null) journal.addActivity({ atMs: clock.nowMs(), ...activity });
}

function activityOf({ as, from, to }: MoveUnderWay): Omit<ActivityRecord, 'atMs'> | null {
  if (as.is === 'park') return null;
  return as.is === 'copy'
    ? { kind: 'conflict', path: from, detail: lastName(to) }
    : { kind: 'movedHere', path: to, detail: from };
}

async function lasts(disk: Disk, folder: RelPath): Promise<void> {
  await makeNamesLast(disk, folder).catch((error) => {
    if (!isDiskError(error, 'missing', 'notFolder', 'linkedParent')) throw error;
  });
}
