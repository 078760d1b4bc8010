import type { EngineParts } from './engine-parts.ts';

/** Visible changes are told at most this often. */
const NEWS_EVERY_MS = 100;

/** Tells listeners that something visible has changed, of many changes at once only once. */
export class ChangeNews {
  readonly #clock: EngineParts['clock'];
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<() => void>();
  #isDue = false;

  constructor(clock: EngineParts['clock'], signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    void this.#clock.sleep(NEWS_EVERY_MS, this.#signal).then(() => {
      this.#isDue = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
