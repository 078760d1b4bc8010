import type { EngineGap } from '@tidesync/shared/wire/engine-screens';
import { engineLimits } from '../core/engine-limits.ts';
import type { Clock } from '../ports/environment.ts';
import type { EngineJournal, EngineRun } from '../ports/journal.ts';

export interface RunBookParts {
  readonly journal: Pick<EngineJournal, 'noteRun' | 'runs'>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Notes when this engine runs. What a crash leaves unnoted is at most `runNotedEveryMs`. */
export class RunBook {
  readonly #parts: RunBookParts;
  #startedMs: number | null = null;

  constructor(parts: RunBookParts) {
    this.#parts = parts;
  }

  /** Until the signal fires. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    this.#startedMs = clock.nowMs();
    while (!signal.aborted) {
      this.note();
      await clock.sleep(engineLimits.runNotedEveryMs, signal);
    }
  }

  /** That it runs still; nothing if it never began. */
  note(): void {
    const { journal, clock, log } = this.#parts;
    if (this.#startedMs === null) return;
    try {
      journal.noteRun({ startedMs: this.#startedMs, seenMs: clock.nowMs() });
    } catch (error) {
      // No reason to stop: all that is lost is a line of the activity.
      log(`When this engine runs could not be noted: ${String(error)}`);
    }
  }
}

/** The times between runs, the newest first. `runs`: the newest first. */
export function gapsBetween(runs: readonly EngineRun[]): EngineGap[] {
  return runs.slice(1).flatMap((run, n) => {
    const next = runs[n];
    if (next === undefined || next.startedMs - run.seenMs < engineLimits.gapMsMin) return [];
    return [{ sinceMs: run.seenMs, untilMs: next.startedMs }];
  });
}
