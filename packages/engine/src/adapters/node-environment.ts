import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sha256Stream } from '@tidesync/shared/sha256';
import type { Clock, Random, Sha256 } from '../ports/environment.ts';

export const nodeClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(durationMs, signal) {
    try {
      await wait(durationMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};

export const nodeRandom: Random = { bytes: (count) => randomBytes(count) };

export const nodeSha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

export function nodeSha256Stream(): Sha256Stream {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
}
