import type { EngineParts } from './engine-parts.ts';

const PAUSE_LOOK_EVERY_MS = 60_000;

/** One timer for all pauses that end by themselves; they are looked at again then, at the latest after a minute. */
export class PauseTimer {
  readonly #clock: EngineParts['clock'];
  readonly #signal: AbortSignal;
  readonly #look: () => void;
  #wakes = false;

  constructor(clock: EngineParts['clock'], signal: AbortSignal, look: () => void) {
    this.#clock = clock;
    this.#signal = signal;
    this.#look = look;
  }

  wakeAt(untilMs: number | null): void {
    if (untilMs === null || this.#wakes) return;
    this.#wakes = true;
    const inMs = Math.min(Math.max(0, untilMs - this.#clock.nowMs()), PAUSE_LOOK_EVERY_MS);
    void this.#clock.sleep(inMs, this.#signal).then(() => {
      this.#wakes = false;
      if (!this.#signal.aborted) this.#look();
    });
  }
}
