import { fail } from '@tidesync/shared/problems';

export interface TurnBounds {
  /** How many run at once. */
  readonly runningMax: number;
  /** How many more wait, in the order in which they came. */
  readonly waitingMax: number;
  /** How many of one asker run and wait, so that there is room for others. */
  readonly perAskerMax: number;
}

const RETRY_AFTER_MS = 2_000;

/** Runs work in turns; null asks for nobody in particular. Where there is no room: Failure `tooManyTries`. */
export type InTurn = <T>(asker: string | null, work: () => Promise<T>) => Promise<T>;

export function turns({ runningMax, waitingMax, perAskerMax }: TurnBounds): InTurn {
  let running = 0;
  const waiting: (() => void)[] = [];
  const askers = new Map<string, number>();
  const count = (asker: string | null, change: 1 | -1) => {
    if (asker === null) return;
    const left = (askers.get(asker) ?? 0) + change;
    if (left > 0) askers.set(asker, left);
    else askers.delete(asker);
  };
  const hasRoom = (asker: string | null) =>
    (running < runningMax || waiting.length < waitingMax) &&
    (asker === null || (askers.get(asker) ?? 0) < perAskerMax);
  return async (asker, work) => {
    if (!hasRoom(asker)) fail({ reason: 'tooManyTries', retryAfterMs: RETRY_AFTER_MS });
    count(asker, 1);
    if (running < runningMax) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      count(asker, -1);
      // The turn is handed on rather than given back, so that nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
