import type { Random } from '../ports/environment.ts';

/** Bytes that a seed determines, for tests that must run the same way twice. Not for keys. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  // A Weyl sequence through an integer mixer (both after Steele et al., "SplitMix", OOPSLA 2014, on 32 bits).
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return {
    bytes(count) {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count; at++) bytes[at] = next() & 0xff;
      return bytes;
    },
  };
}
