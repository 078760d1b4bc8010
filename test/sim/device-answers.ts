// What the person at a device answers when the engine asks.

import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { decideDamageAt } from '@tidesync/engine/shell/damages';
import { approveHeldBatch, heldBatches } from '@tidesync/engine/shell/held-batches';
import { seededRandom } from '@tidesync/engine/testing/seeded-random';
import { Failure } from '@tidesync/shared/problems';
import { hashOf } from './dice.ts';
import { START_MS } from './gate.ts';
import type { SimDevice } from './sim-device.ts';

/** The server's version of whatever was found damaged; what has gone since, the engine says, needs no answer. */
export function giveUpDamaged({ record, journal, root }: SimDevice): void {
  for (const { path, trouble } of journal.troubles())
    if (trouble.code === 'damaged')
      try {
        decideDamageAt({ record, journal, running: root }, `${record.path}/${path}`, 'server');
      } catch (error) {
        if (!(error instanceof Failure && error.problem.reason === 'notDamaged')) throw error;
      }
}

/** Yes: what waits was meant to be deleted. */
export async function approveDeletes({ record, journal, root, disk, parts, wall }: SimDevice): Promise<void> {
  const { scheduler, seed, index } = parts;
  const asked = {
    clock: {
      nowMs: () => Math.floor(START_MS + scheduler.nowMs + wall.offsetMs),
      monotonicMs: () => scheduler.nowMs,
      sleep: () => new Promise<void>(() => undefined),
    },
    random: seededRandom(hashOf(seed, `yes ${index} ${scheduler.steps}`)),
    sha256: nodeSha256,
    openDisk: () => disk,
  };
  const roots = [{ record, journal, running: root }];
  for (const { batchId } of await heldBatches(asked, roots)) await approveHeldBatch(asked, roots, batchId);
}
