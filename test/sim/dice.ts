/** Numbers that a seed and a name determine; streams of other names are not moved by what is drawn from this one. */
export class Dice {
  #state: number;

  constructor(seed: number, stream: string) {
    this.#state = hashOf(seed, stream);
  }

  /** A whole number from 0 to below the bound. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }
  /** A whole number, both bounds among them. */
  between(least: number, most: number): number {
    return least + this.below(most + 1 - least);
  }
  /** From 0 to below 1. */
  unit(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    return mixed(this.#state) / 2 ** 32;
  }
  chance(share: number): boolean {
    return this.unit() < share;
  }
  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('there is nothing to pick from');
    return from[this.below(from.length)] as T;
  }
  /** Picks by weight; a weight of 0 is never picked. */
  weighted<T>(from: readonly (readonly [T, number])[]): T {
    let left = this.unit() * from.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of from) {
      left -= weight;
      if (left < 0) return value;
    }
    return (from.at(-1) as readonly [T, number])[0];
  }
}

/** The mixer of SplitMix on 32 bits (after Steele et al., OOPSLA 2014). */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}

/** 32 bits over a number and a text (FNV-1a, then mixed). */
export function hashOf(seed: number, text: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return mixed((hash ^ Math.imul(seed, 0x9e3779b9)) >>> 0);
}
