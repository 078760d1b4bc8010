import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, lastName, parentPath, TOP } from '@tidesync/shared/names';
import type { ConflictLabel } from '../core/conflict-name.ts';
import type { LocalState, Stamp } from '../core/entry.ts';
import type { Disk, DiskNode } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import { layout } from './layout.ts';
import {
  expectNode,
  MovedUnderUs,
  placeOwn,
  putBack,
  sameBytes,
  takeAside,
  trashPathFor,
} from './safe-moves.ts';

export interface Swap {
  readonly id: EntryId;
  /** Complete and synced, in the same volume. */
  readonly temporary: RelPath;
  readonly path: RelPath;
  /** What is expected at `path`. */
  readonly expected: LocalState;
  /** Of this device and day: for the trash, and for what turns out to be somebody's unseen work. */
  readonly label: ConflictLabel;
}

export interface SwapResult {
  readonly node: DiskNode;
  /** Set if what came out was not what was expected: it is kept beside the file under this path. */
  readonly keptAs: RelPath | null;
}

/**
 * Puts a finished file in its place without ever replacing one: what is there is renamed aside, the new one is
 * linked in (the disk refuses if the name was taken meanwhile), and what came out goes to the trash if it is
 * what was expected, else beside the new file as a conflict copy.
 * RACE: for a moment the name is absent. A stop there leaves the old file in `.tidesync/aside`, from where
 * `recoverAsides` brings it back before the next scan.
 */
export async function swapIn(disk: Disk, swap: Swap): Promise<SwapResult> {
  const { temporary, path, expected } = swap;
  const ours = await disk.look(temporary);
  if (ours === null) throw new MovedUnderUs(temporary);
  if (expected.is === 'absent') {
    await placeOwn(disk, temporary, path);
    return { node: await stillOurs(disk, path, ours), keptAs: null };
  }
  await expectNode(disk, path, { kind: expected.body.kind, stamp: expected.stamp });
  const { aside, node: cameOut } = await takeAside(disk, swap);
  try {
    await placeOwn(disk, temporary, path);
  } catch (error) {
    await putBack(disk, aside, swap);
    if (isDiskError(error, 'exists')) throw new MovedUnderUs(path);
    throw error;
  }
  // What is new has to be there before what was there goes: a power cut may keep changes of names in any order.
  // A disk that fails here fails again before anything is recorded.
  await disk.syncFolder(parentPath(path)).catch(() => undefined);
  const asExpected = sameBytes(cameOut.stamp, expected.stamp);
  const keptAs = asExpected ? await intoTrash(disk, swap, aside) : await putBack(disk, aside, swap);
  return { node: await stillOurs(disk, path, ours), keptAs };
}

/**
 * What is at the path must be what was put there: a save in the moment after is somebody's work over content
 * nobody agreed on yet, and has to be seen as that.
 */
async function stillOurs(disk: Disk, path: RelPath, ours: DiskNode): Promise<DiskNode> {
  const node = await disk.look(path);
  if (node === null || !sameBytes(node.stamp, ours.stamp)) throw new MovedUnderUs(path);
  return node;
}

async function intoTrash(disk: Disk, { path, label, id }: Swap, aside: RelPath): Promise<null> {
  await trash(disk, aside, { path, label, id });
  return null;
}

/** `path`: where it was. */
async function trash(
  disk: Disk,
  own: RelPath,
  { path, label, id }: Pick<Swap, 'path' | 'label' | 'id'>,
): Promise<void> {
  const to = await trashPathFor(disk, path, { day: label.today, tag: id.slice(0, 8) });
  await disk.rename(own, to);
}

/** What the journal says of an entry that was found aside. */
export interface KnownAside {
  readonly path: RelPath;
  /** Of the bytes that both sides agreed on; null where there are none such. */
  readonly agreed: Stamp | null;
}

/**
 * Before the first scan: what an interrupted step left aside goes back to its place. Where something else is there now,
 * a version that both sides had agreed on goes to the trash, as the step would have had it; what anybody may have
 * written since lies beside it. `known` answers from the journal, which still has the old file in its place: steps are
 * recorded only when what they took aside is durably gone from there.
 */
export async function recoverAsides(
  disk: Disk,
  known: (id: EntryId) => KnownAside | null,
  label: ConflictLabel,
): Promise<RelPath[]> {
  const recovered: RelPath[] = [];
  for (const { name, node } of await disk.list(layout.aside)) {
    if (name === null) continue;
    const id = name as EntryId;
    const own = joinPath(layout.aside, name as EntryName);
    const { path, agreed } = known(id) ?? { path: `recovered ${name}` as RelPath, agreed: null };
    const there = await disk.look(path).catch(() => null);
    const isReplaced = there !== null && there.kind !== 'folder' && there.stamp.inode !== node.stamp.inode;
    if (isReplaced && agreed !== null && sameBytes(agreed, node.stamp)) {
      await trash(disk, own, { path, label, id });
      continue;
    }
    const folder = await disk.look(parentPath(path)).catch(() => null);
    const goal = folder?.kind === 'folder' || parentPath(path) === TOP ? path : joinPath(TOP, lastName(path));
    recovered.push(await putBack(disk, own, { path: goal, label }));
  }
  return recovered;
}
