import type { Clock } from '../ports/environment.ts';

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #wallMs: number;
  #runMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs = 1_700_000_000_000) {
    this.#wallMs = startMs;
  }

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#runMs;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || durationMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = {
        dueMs: this.#runMs + durationMs,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake);
    });
  }

  /** Passes the time and wakes who is due, earliest first. */
  advance(durationMs: number): void {
    this.#wallMs += durationMs;
    this.#runMs += durationMs;
    const due = [...this.#sleepers].filter((sleeper) => sleeper.dueMs <= this.#runMs);
    for (const sleeper of due.sort((a, b) => a.dueMs - b.dueMs)) sleeper.wake();
  }

  /** Moves the wall clock alone, as a person or a time server does. */
  jump(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** How many wait for this clock. */
  get sleepers(): number {
    return this.#sleepers.size;
  }
}
