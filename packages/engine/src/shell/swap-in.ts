import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, lastName, parentPath } from '@tidesync/shared/names';
import type { LocalState } from '../core/entry.ts';
import type { Disk, DiskNode } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import { layout } from './layout.ts';
import { expectNode, MovedUnderUs, moveWithoutReplacing, sameBytes, trashPathFor } from './safe-moves.ts';

export interface Swap {
  readonly id: EntryId;
  /** Complete and synced, in the same volume. */
  readonly temporary: RelPath;
  readonly path: RelPath;
  /** What is expected at `path`. */
  readonly expected: LocalState;
  /** Free name for what turns out to be somebody's unseen work. */
  readonly conflictName: EntryName;
  readonly day: string;
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
  if (expected.is === 'absent')
    return { node: await moveWithoutReplacing(disk, temporary, path), keptAs: null };
  await expectNode(disk, path, { kind: expected.body.kind, stamp: expected.stamp });
  const aside = asidePath(swap.id);
  await disk.rename(path, aside);
  const cameOut = await disk.look(aside);
  const asExpected = cameOut !== null && sameBytes(cameOut.stamp, expected.stamp);
  try {
    await disk.link(temporary, path);
  } catch (error) {
    await putBack(disk, swap, aside);
    if (isDiskError(error, 'exists')) throw new MovedUnderUs(path);
    throw error;
  }
  await disk.unlink(temporary);
  const keptAs = asExpected ? await intoTrash(disk, swap, aside) : await besideIt(disk, swap, aside);
  const node = await disk.look(path);
  if (node === null) throw new MovedUnderUs(path);
  return { node, keptAs };
}

export function asidePath(id: EntryId): RelPath {
  return joinPath(layout.aside, id as string as EntryName);
}

async function putBack(disk: Disk, swap: Swap, aside: RelPath): Promise<void> {
  await moveWithoutReplacing(disk, aside, swap.path).catch(async (error) => {
    if (!isDiskError(error, 'exists')) throw error;
    await besideIt(disk, swap, aside);
  });
}

async function intoTrash(disk: Disk, { path, day, id }: Swap, aside: RelPath): Promise<null> {
  const trash = await trashPathFor(disk, path, { day, tag: id.slice(0, 8) });
  await disk.rename(aside, trash);
  return null;
}

async function besideIt(disk: Disk, { path, conflictName }: Swap, aside: RelPath): Promise<RelPath> {
  const kept = joinPath(parentPath(path), conflictName);
  await moveWithoutReplacing(disk, aside, kept);
  return kept;
}

/**
 * Before the first scan: what an interrupted swap left aside goes back to its place, or beside what is there now.
 * `pathOf` and `conflictNameFor` answer from the journal, which still has the old file in its place.
 */
export async function recoverAsides(
  disk: Disk,
  pathOf: (id: EntryId) => RelPath | null,
  conflictNameFor: (path: RelPath) => EntryName,
): Promise<RelPath[]> {
  const recovered: RelPath[] = [];
  for (const { name } of await disk.list(layout.aside)) {
    if (name === null) continue;
    const aside = joinPath(layout.aside, name as EntryName);
    const path = pathOf(name as EntryId) ?? (`recovered ${name}` as RelPath);
    const folder =
      (await disk.look(parentPath(path)).catch(() => null)) === null && parentPath(path) !== ''
        ? ''
        : parentPath(path);
    const target = joinPath(folder as RelPath, lastName(path));
    await moveWithoutReplacing(disk, aside, target).catch(async (error) => {
      if (!isDiskError(error, 'exists')) throw error;
      await moveWithoutReplacing(disk, aside, joinPath(folder as RelPath, conflictNameFor(target)));
    });
    recovered.push(target);
  }
  return recovered;
}
