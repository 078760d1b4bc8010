import { isIdle } from '@tidesync/engine/core/plan';
import type { RelPath } from '@tidesync/shared/names';
import { parentPath, TOP } from '@tidesync/shared/names';
import { diskTree, serverTree } from './server-tree.ts';
import type { SimDevice } from './sim-device.ts';
import type { World } from './world.ts';

/**
 * S27: what is on a device alone, or otherwise than on the server, and is not told there. One line where the device is
 * not done yet.
 */
export async function untoldOf(world: World, device: SimDevice): Promise<string[]> {
  const { name, root, journal, record } = device;
  const lastPlan = root?.lastPlan ?? null;
  const isDone = root?.idle === true && root.halt === null && root.offline === null && root.jobs.count === 0;
  if (
    !isDone ||
    lastPlan === null ||
    !isIdle(lastPlan) ||
    journal.sent() !== null ||
    !world.isCurrent(device)
  )
    return [`${name} is not done`];
  const isIgnored = (path: RelPath, words: string) =>
    root.ignore?.isIgnored(path, words === 'folder') === true;
  const told = new Set(journal.troubles().map(({ path }) => path));
  const isTold = (path: RelPath): boolean => told.has(path) || (path !== TOP && isTold(parentPath(path)));
  const there = serverTree(world.server.database, record.libraryId);
  const untold: string[] = [];
  for (const [path, words] of await diskTree(device))
    if (there.get(path) !== words && !isTold(path as RelPath) && !isIgnored(path as RelPath, words))
      untold.push(`${name} ${path}: ${words} on disk, ${there.get(path) ?? 'nothing'} on the server`);
  return untold;
}
