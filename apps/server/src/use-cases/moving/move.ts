import { fail } from '@tidesync/shared/problems';
import type { MoveSource, MoveSummary, MoveTarget } from '../../ports/moving.ts';
import type { TableShapes } from '../../ports/transfer-rows.ts';
import { checkChains } from './check-chains.ts';
import { compareRows } from './compare-rows.ts';
import { copyObjects } from './copy-objects.ts';
import { copyRows } from './copy-rows.ts';
import type { MoveWatch } from './move-watch.ts';

export interface Move {
  readonly source: MoveSource;
  readonly target: MoveTarget;
  readonly shapes: TableShapes;
  readonly watch: MoveWatch;
  /** Takes damaged packs along as they are, instead of refusing to finish. */
  readonly acceptDamaged: boolean;
}

/**
 * Copies everything of the source to the target: objects first, which take long and never change, then rows. In the
 * end it compares both row by row and computes every library's chain again. The target is in use only after that.
 * Shape: what has moved; null if the same had moved there before.
 * Errors: `moveStopped`, `packsDamaged`, `exportDamaged`, `sourceChanged`, and those of the target's `begin`.
 */
export async function move(task: Move): Promise<MoveSummary | null> {
  try {
    return await moveNow(task);
  } finally {
    await task.target.release();
  }
}

async function moveNow(task: Move): Promise<MoveSummary | null> {
  const { source, target } = task;
  const identity = await source.identity();
  if ((await target.begin(source.scope, identity)) === 'finished') return null;
  const objects = await copyObjects(task);
  const rows = await copyRows(task);
  await compareRows(task);
  await checkChains(task);
  if ((await source.identity()).state !== identity.state) {
    fail({ reason: 'sourceChanged', detail: 'it is not as it was at the start' });
  }
  const summary = { rows, ...objects };
  await target.finish(summary);
  return summary;
}
