import { setTimeout as pause } from 'node:timers/promises';
import { TOP } from '@tidesync/shared/names';
import { createSlots } from '../../shell/transfer/slots.ts';
import { diskError } from './disk-faults.ts';

/** While the system has no handle left for us, opening waits at most so long for one to be closed. */
const HANDLE_WAIT_MS_MAX = 5_000;
const LOOK_EVERY_MS = 20;

/** Since when nothing could be opened; null after a success. One for all, as the system counts by process. */
let noneFreeSinceMs: number | null = null;
/**
 * Those that wait try one after the other. Many operations open a folder first and then what is in it: tried
 * together, each could hold the handle that another one wants.
 */
const turn = createSlots(1);
const never = new AbortController().signal;

/**
 * Runs an operation that opens something, again and again while the system has no handle for it. Where it fails for
 * want of one, it must have done nothing; and it must not call this itself, as it has the turn. Once one has waited in
 * vain for that long, nothing waits any more until something can be opened. Rejects with the operation's error, or with
 * the signal's reason.
 */
export async function onceHandlesAreFree<T>(operation: () => Promise<T>, signal = never): Promise<T> {
  try {
    return await noted(operation);
  } catch (error) {
    if (!isForWantOfHandles(error)) throw error;
  }
  const end = await turn.take(signal);
  try {
    return await triedAgain(operation, signal);
  } finally {
    end();
  }
}

async function triedAgain<T>(operation: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const startMs = performance.now();
  for (;;) {
    try {
      return await noted(operation);
    } catch (error) {
      const sinceMs = Math.min(startMs, noneFreeSinceMs ?? startMs);
      if (!isForWantOfHandles(error) || performance.now() - sinceMs >= HANDLE_WAIT_MS_MAX) throw error;
    }
    await pause(LOOK_EVERY_MS);
    signal.throwIfAborted();
  }
}

async function noted<T>(operation: () => Promise<T>): Promise<T> {
  try {
    const done = await operation();
    noneFreeSinceMs = null;
    return done;
  } catch (error) {
    if (isForWantOfHandles(error)) noneFreeSinceMs ??= performance.now();
    throw error;
  }
}

function isForWantOfHandles(error: unknown): boolean {
  return diskError(error, TOP).fault === 'tooManyOpen';
}
