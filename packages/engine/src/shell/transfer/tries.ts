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

/**
 * Runs a call again, up to `busyTriesMax` times, that the server has not read because the account has so much under way
 * (W61). Nothing came of it, so every call may be sent again. Rejects with the last rejection.
 */
export async function unlessBusy<T>({ clock, random }: TryPorts, call: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await call();
    } catch (error) {
      if (!isFailure(error, 'accountBusy') || tried === transferLimits.busyTriesMax) throw error;
      const chance = (random.bytes(1)[0] as number) / 255;
      await clock.sleep(Math.round(error.retryAfterMs * (1 + chance)));
    }
  }
}
