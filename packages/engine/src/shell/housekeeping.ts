import { limits } from '@tidesync/shared/limits';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath } from '@tidesync/shared/names';
import { engineLimits } from '../core/engine-limits.ts';
import type { Disk } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import { layout } from './layout.ts';
import { clearLeaving } from './leaving.ts';
import type { OpenParts } from './root-parts.ts';
import { dayOf } from './root-parts.ts';

export const HOUSEKEEPING_FIRST_MS = 60_000;
export const HOUSEKEEPING_EVERY_MS = 6 * 3_600_000;
/** When what has just left may leave the disk. */
export const AFTER_DROP_MS = engineLimits.leavingMs + 1_000;

/** What is done now and then. `isQuiet`: no download runs. Answers after how long it is due again. */
export async function keepHouse(parts: OpenParts, isQuiet: boolean): Promise<number> {
  const { disk, clock, journal } = parts;
  if (isQuiet) await clearTemporary(disk);
  const moreLeavesMs = await clearLeaving(parts);
  await purgeTrash(disk, clock.nowMs());
  journal.forgetResolvedConflicts(clock.nowMs() - limits.trashLifeMs);
  return moreLeavesMs === null ? HOUSEKEEPING_EVERY_MS : moreLeavesMs + 1_000;
}

/** Removes what downloads left behind. Only when none runs: an interrupted one goes on from its file. */
export async function clearTemporary(disk: Disk): Promise<void> {
  for (const { name, node } of await disk.list(layout.temporary)) {
    if (name !== null && node.kind !== 'folder')
      await disk.unlink(joinPath(layout.temporary, name as EntryName));
  }
}

/** Removes trash of days whose time is over; `trashLifeMs` is what people were promised, so a day more is kept. */
export async function purgeTrash(disk: Disk, nowMs: number): Promise<void> {
  const oldest = dayOf(nowMs - limits.trashLifeMs - 24 * 3_600_000);
  for (const { name, node } of await disk.list(layout.trash)) {
    const isOver = name !== null && /^\d{4}-\d\d-\d\d$/.test(name) && name < oldest;
    if (isOver && node.kind === 'folder') await removeTree(disk, joinPath(layout.trash, name as EntryName));
  }
}

/** In our own folder only, and never through a link: the disk refuses linked parents. */
async function removeTree(disk: Disk, folder: RelPath): Promise<void> {
  for (const { name, node } of await disk.list(folder)) {
    if (name === null) continue;
    const path = joinPath(folder, name as EntryName);
    if (node.kind === 'folder') await removeTree(disk, path);
    else await disk.unlink(path);
  }
  await disk.removeFolder(folder).catch((error) => {
    if (!isDiskError(error, 'notEmpty')) throw error;
  });
}
