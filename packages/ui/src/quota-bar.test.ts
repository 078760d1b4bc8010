import { expect, test } from 'vitest';
import { quotaToneOf } from './quota-tone.ts';

test.each([
  [0, 100, 'plain'],
  [79, 100, 'plain'],
  [80, 100, 'warn'],
  [95, 100, 'error'],
  [120, 100, 'error'],
  [0, 0, 'error'],
] as const)('%i of %i is %s', (usedBytes, limitBytes, tone) => {
  expect(quotaToneOf({ usedBytes, limitBytes, reservedBytes: 0 })).toBe(tone);
});
