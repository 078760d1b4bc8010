import { isAtRest } from '@tidesync/engine/core/entry';
import { localEntryAt } from '@tidesync/engine/core/path-of';
import type { RelPath } from '@tidesync/shared/names';
import { isWithin } from '@tidesync/shared/names';
import { isOwn } from './disk-texts.ts';
import type { SimDevice } from './sim-device.ts';
import { Violation } from './violation.ts';

/** In which it is told that something failed because a file is in use. */
const TOLD_WITHIN_MS = 3_000;

/** I22: a file that could not be moved or removed because it is in use is told, for as long as that is so. */
export async function checkTold(device: SimDevice, path: RelPath): Promise<void> {
  const { disk, journal, root, parts } = device;
  const before = isOwn(path) ? null : await disk.look(path);
  if (before === null) return;
  await parts.scheduler.wait(TOLD_WITHIN_MS, `${device.name} has told that ${path} is in use`);
  const now = device.isAway ? null : await disk.look(path);
  const isSame =
    now?.stamp.inode === before.stamp.inode &&
    now.stamp.mtimeNs === before.stamp.mtimeNs &&
    device.inUse.has(now.stamp.inode);
  const id = localEntryAt(journal, path);
  if (!isSame || device.root !== root || root?.offline !== null || id === null) return;
  const isOpen = !isAtRest(journal.get(id));
  const isTold = journal.troubles().some((one) => isWithin(path, one.path) || isWithin(one.path, path));
  if (isOpen && !isTold)
    parts.broken(new Violation('I22', `${device.name} tells nobody that ${path} is in use`));
}
