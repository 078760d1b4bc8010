import type { Clock } from '@tidesync/engine/ports/environment';
import { fail, isFailure } from '@tidesync/shared/problems';
import type { Scheduler, StepKind } from './scheduler.ts';

/** Whatever waits for this is gone. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}

/**
 * Between one process and the world: every call passes here, parks, and does not come back once the process is gone.
 * `isLast` is asked before each call, with what it is: true ends the process before that call is done.
 */
export class Gate {
  readonly actor: string;
  readonly #scheduler: Scheduler;
  readonly #isLast: (what: string) => boolean;
  isOver = false;

  constructor(scheduler: Scheduler, actor: string, isLast: (what: string) => boolean) {
    this.#scheduler = scheduler;
    this.actor = actor;
    this.#isLast = isLast;
  }

  async pass(what: string, kind: StepKind): Promise<void> {
    if (!this.touch(what)) return never();
    await this.#scheduler.park(this.actor, what, kind);
    if (this.isOver) return never();
  }

  /** A call that changes nothing: an end before it leaves what an end before the next one leaves. */
  async look(what: string, kind: StepKind): Promise<void> {
    if (this.isOver) return never();
    await this.#scheduler.park(this.actor, what, kind);
    if (this.isOver) return never();
  }

  /** A call that takes no time. False: it is not to be done. */
  touch(what = 'a record'): boolean {
    if (!this.isOver && this.#isLast(what)) this.isOver = true;
    return !this.isOver;
  }

  /** Resolves after that time, unless the process is gone by then. */
  async wait(inMs: number, what: string): Promise<void> {
    await this.#scheduler.wait(inMs, `${this.actor} ${what}`);
    if (this.isOver) return never();
  }
}

const GONE = 'the process is gone';
/** What a call without a turn of its own ends in, in a process that is gone. Nobody hears of it. */
export function failGone(): never {
  return fail({ reason: 'unreachable', url: 'nowhere', detail: GONE });
}
export function isOfTheGone(error: unknown): boolean {
  return isFailure(error, 'unreachable') && error.problem.detail === GONE;
}

/** When every world begins. */
export const START_MS = Date.UTC(2026, 0, 1);

/** A process's clock: the world's time, and a wall clock that may be wrong by any amount. */
export function clockOf(scheduler: Scheduler, gate: Gate, wall: { offsetMs: number }): Clock {
  return {
    nowMs: () => Math.floor(START_MS + scheduler.nowMs + wall.offsetMs),
    monotonicMs: () => scheduler.nowMs,
    sleep(durationMs, signal) {
      if (gate.isOver) return never();
      if (signal?.aborted || durationMs <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          wait.cancel();
          signal?.removeEventListener('abort', wake);
          if (!gate.isOver) resolve();
        };
        const wait = scheduler.at(durationMs, `${gate.actor} wakes`, wake);
        signal?.addEventListener('abort', wake);
      });
    },
  };
}
