import { isIdle } from '@tidesync/engine/core/plan';
import { whyOf } from '@tidesync/engine/shell/why';
import type { RelPath } from '@tidesync/shared/names';
import type { WhyAnswer } from '@tidesync/shared/wire/engine';
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
  const isTold = (path: string) => {
    const { code } = whyOf({ record, journal, root, restsFor: null, path: path as RelPath });
    return !saysNothing.has(code);
  };
  const there = serverTree(world.server.database, record.libraryId);
  const untold: string[] = [];
  for (const [path, words] of await diskTree(device))
    if (there.get(path) !== words && !isTold(path))
      untold.push(`${name} ${path}: ${words} on disk, ${there.get(path) ?? 'nothing'} on the server`);
  return untold;
}

const saysNothing = new Set<WhyAnswer['code']>(['synced', 'notFound', 'waiting']);
