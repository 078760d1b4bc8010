import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { parentPath } from '@tidesync/shared/names';
import { mayHideSave } from '../core/coarse-times.ts';
import type { ConflictLabel } from '../core/conflict-name.ts';
import type { LocalState } from '../core/entry.ts';
import type { Disk, DiskNode } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import { makeNamesLast } from './lasting-names.ts';
import {
  expectNode,
  MovedUnderUs,
  placeOwn,
  putBack,
  sameBytes,
  takeAside,
  trashPathFor,
} from './safe-moves.ts';
import type { Telling } from './take-expected.ts';
import { isAsExpected } from './take-expected.ts';

export interface Swap {
  readonly id: EntryId;
  /** Complete and synced, in the same volume. */
  readonly temporary: RelPath;
  readonly path: RelPath;
  /** What is expected at `path`. Of a file, with its content. */
  readonly expected: LocalState;
  /** Of this device and day: for the trash, and for what turns out to be somebody's unseen work. */
  readonly label: ConflictLabel;
}

export interface SwapResult {
  readonly node: DiskNode;
  /** Set if what came out was not what was expected: it is kept beside the file under this path. */
  readonly keptAs: RelPath | null;
  /** A save in the moment after would not show in `node`: its bytes have to be read before they count as known. */
  readonly mayHideSave: boolean;
}

/**
 * Puts a finished file in its place without ever replacing one: what is there is renamed aside, the new one is
 * linked in (the disk refuses if the name was taken meanwhile), and what came out goes to the trash if it is
 * what was expected, else beside the new file as a conflict copy.
 * RACE: for a moment the name is absent. A stop there leaves the old file in `.tidesync/aside`, and so does a disk that
 * fails twice; from there `recoverAsides` brings it back before the next look at the disk.
 */
export async function swapIn(parts: Telling, swap: Swap): Promise<SwapResult> {
  const { temporary, path, expected } = swap;
  const { disk } = parts;
  const sinceMs = parts.clock.nowMs();
  const ours = await disk.look(temporary);
  if (ours === null) throw new MovedUnderUs(temporary);
  if (expected.is === 'absent') {
    await placeOwn(disk, temporary, path);
    return { ...(await stillOurs(disk, path, { ours, sinceMs })), keptAs: null };
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
  await makeNamesLast(disk, parentPath(path)).catch(() => undefined);
  const asExpected = await isAsExpected(parts, { own: aside, node: cameOut, expected, sinceMs });
  const keptAs = asExpected ? await intoTrash(disk, swap, aside) : await putBack(disk, aside, swap);
  return { ...(await stillOurs(disk, path, { ours, sinceMs })), keptAs };
}

/**
 * What is at the path must be what was put there: a save in the moment after is somebody's work over content
 * nobody agreed on yet, and has to be seen as that.
 */
async function stillOurs(
  disk: Disk,
  path: RelPath,
  { ours, sinceMs }: { ours: DiskNode; sinceMs: number },
): Promise<Pick<SwapResult, 'node' | 'mayHideSave'>> {
  const node = await disk.look(path);
  if (node === null || !sameBytes(node.stamp, ours.stamp)) throw new MovedUnderUs(path);
  return { node, mayHideSave: mayHideSave(node.stamp, sinceMs) };
}

async function intoTrash(disk: Disk, { path, label, id }: Swap, aside: RelPath): Promise<null> {
  const to = await trashPathFor(disk, path, { day: label.today, tag: id.slice(0, 8) });
  await disk.rename(aside, to);
  return null;
}
