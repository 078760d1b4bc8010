import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** Time that passes only when a test says so. */
export interface HandClock extends Clock {
  pause(forMs: number, signal: AbortSignal): Promise<void>;
  /** Lets that much time pass; whoever wakes on the way has done what follows at once before it passes on. */
  advance(byMs: number): Promise<void>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Turns that work on a local database needs between two timers. */
const TURNS = 20;

export function handClock(startMs: number): HandClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  const settle = async () => {
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  };
  return {
    nowMs: () => nowMs,
    pause(forMs, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper = { atMs: nowMs + Math.max(0, forMs), wake: resolve };
        sleepers.add(sleeper);
        const wake = () => {
          sleepers.delete(sleeper);
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
      });
    },
    async advance(byMs) {
      const endMs = nowMs + byMs;
      await settle();
      for (;;) {
        const [next] = [...sleepers].toSorted((a, b) => a.atMs - b.atMs);
        if (next === undefined || next.atMs > endMs) break;
        nowMs = next.atMs;
        sleepers.delete(next);
        next.wake();
        await settle();
      }
      nowMs = endMs;
    },
  };
}
