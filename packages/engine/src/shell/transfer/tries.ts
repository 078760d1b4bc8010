import { isFailure } from '@tidesync/shared/problems';
import type { Clock, Random } from '../../ports/environment.ts';
import { transferLimits } from './transfer-limits.ts';

export interface TryPorts {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Runs `work` up to `triesMax` times while it rejects with trouble of the moment: a store or network that does
 * not answer, or bytes that were spoilt on the way. Waits longer each time, by chance between half and whole, so
 * that many devices do not come back at once, and at least as long as the server asks. Rejects with the last
 * rejection, or with the signal's reason.
 */
export async function withTries<T>(ports: TryPorts, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    let askedMs = 0;
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      const passing = isFailure(error, 'storeUnavailable', 'unreachable', 'chunkMismatch', 'timedOut');
      if (!passing || tried === transferLimits.triesMax) throw error;
      askedMs = error.retryAfterMs;
    }
    const wholeMs = transferLimits.retryDelayMs * 2 ** (tried - 1);
    const chance = (ports.random.bytes(1)[0] as number) / 255;
    await ports.clock.sleep(Math.round(askedMs + wholeMs * (0.5 + chance / 2)), signal);
  }
}
