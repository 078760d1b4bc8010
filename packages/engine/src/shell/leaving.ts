import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, lastName, TOP } from '@tidesync/shared/names';
import { mayHideSave } from '../core/coarse-times.ts';
import { engineLimits } from '../core/engine-limits.ts';
import type { LocalPresent } from '../core/entry.ts';
import { shownPathOf } from '../core/path-of.ts';
import { isDiskError } from '../ports/disk.ts';
import { layout } from './layout.ts';
import type { OpenParts } from './root-parts.ts';
import { labelOf } from './root-parts.ts';
import { MovedUnderUs, putBack } from './safe-moves.ts';
import { takeExpected } from './take-expected.ts';

/**
 * Takes what this device leaves out from its path, but not yet from the disk: a program that has it open may write to
 * it still. The name says when it went and what it was, so that nothing else has to be remembered.
 */
export async function moveOut(
  parts: OpenParts,
  { id, path, local }: { id: EntryId; path: RelPath; local: LocalPresent },
): Promise<void> {
  const { disk, clock } = parts;
  await disk.makeFolder(layout.leaving).catch((error) => {
    if (!isDiskError(error, 'exists')) throw error;
  });
  // What a program writes later, through a handle that it has open, has to show then.
  if (mayHideSave(local.stamp, clock.nowMs())) throw new MovedUnderUs(path);
  const aside = await takeExpected(parts, { id, path, local });
  const name = [clock.nowMs(), local.stamp.sizeBytes, local.stamp.mtimeNs, id].join('.');
  await disk.rename(aside, joinPath(layout.leaving, name as EntryName));
}

/**
 * Removes for good what has left long enough ago, untouched; what somebody wrote to since comes back to be seen.
 * Answers when there is more to clear; null: never.
 */
export async function clearLeaving(parts: OpenParts): Promise<number | null> {
  const { disk, clock, journal, log } = parts;
  let nextMs: number | null = null;
  const nodes = await disk.list(layout.leaving).catch(() => []);
  for (const { name, node } of nodes) {
    const left = name === null ? null : parseLeft(name);
    if (name === null || left === null || node.kind === 'folder') continue;
    const waitMs = left.atMs + engineLimits.leavingMs - clock.nowMs();
    if (waitMs > 0) {
      // A clock that was set back makes it no longer than it is for what leaves now.
      nextMs = Math.min(nextMs ?? engineLimits.leavingMs, waitMs);
      continue;
    }
    const own = joinPath(layout.leaving, name as EntryName);
    const untouched =
      node.kind === 'symlink' ||
      (node.stamp.sizeBytes === left.sizeBytes && node.stamp.mtimeNs === left.mtimeNs);
    if (untouched) await disk.unlink(own);
    else {
      const path = joinPath(TOP, lastName(shownPathOf(journal, left.id)));
      const back = await putBack(disk, own, { path, label: labelOf(parts) });
      log(`A program wrote to a file while it left this device: its version is now "${back}".`);
    }
  }
  return nextMs;
}

interface Left {
  readonly atMs: number;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly id: EntryId;
}
function parseLeft(name: string): Left | null {
  const [atMs, sizeBytes, mtimeNs, id] = name.split('.');
  if (mtimeNs === undefined || id === undefined || !Number.isFinite(Number(atMs))) return null;
  return { atMs: Number(atMs), sizeBytes: Number(sizeBytes), mtimeNs, id: id as EntryId };
}
