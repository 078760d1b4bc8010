import { createHash } from 'node:crypto';
import { seededChance } from '../e2e/support/random-work.ts';

/** Choices that depend on a seed alone. */
export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededChance(seed);
  }

  happens(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  pick<T>(values: readonly T[]): T {
    return values[this.between(0, values.length - 1)] as T;
  }

  /** Bytes that nobody has written before. */
  bytes(sizeBytes: number): Uint8Array {
    return createHash('shake256', { outputLength: sizeBytes }).update(String(this.#next())).digest();
  }
}
