import { assert } from '@tidesync/shared/brand';
import { linkedAbort } from './linked-abort.ts';

/** A fixed number of places, taken in the order of asking. */
export interface Slots {
  /** Resolves with the place's release (call it once); rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createSlots(count: number): Slots {
  assert(count > 0, 'there is at least one slot');
  let free = count;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  const releaseOnce = () => {
    let released = false;
    return () => {
      assert(!released, 'a slot is released once');
      released = true;
      release();
    };
  };
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free--;
        return releaseOnce();
      }
      await new Promise<void>((resolve, reject) => {
        const stop = () => {
          waiting.splice(waiting.indexOf(go), 1);
          reject(signal.reason);
        };
        const go = () => {
          signal.removeEventListener('abort', stop);
          resolve();
        };
        waiting.push(go);
        signal.addEventListener('abort', stop, { once: true });
      });
      return releaseOnce();
    },
  };
}

/**
 * Runs `work` over all items, at most `count` at a time, in order of start. After the first rejection nothing
 * new starts and the others' signal fires; rejects with the first rejection when all have ended.
 */
export async function forEachBounded<T>(
  items: Iterable<T> | AsyncIterable<T>,
  bounds: { readonly count: number; readonly signal: AbortSignal },
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = linkedAbort(bounds.signal);
  const { signal } = stop;
  const queue = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failed: { error: unknown } | null = null;
  const lane = async () => {
    try {
      for (let next = await queue.next(); !next.done && !signal.aborted; next = await queue.next()) {
        await work(next.value, signal);
      }
    } catch (error) {
      failed ??= { error };
      stop.abort(error);
    }
  };
  await Promise.all(Array.from({ length: bounds.count }, lane));
  stop.unlink();
  if (failed !== null) throw (failed as { error: unknown }).error;
  bounds.signal.throwIfAborted();
}
