import { expect, test } from 'vitest';
import { BytesUnderWay } from './bytes-under-way.ts';

test('[W61] each party has its own room, and gets back what it ends', () => {
  const underWay = new BytesUnderWay(10);
  expect([underWay.begin('ann', 6), underWay.begin('ann', 4), underWay.begin('ann', 1)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(underWay.begin('bob', 10)).toBe(true);
  underWay.end('ann', 4);
  expect([underWay.begin('ann', 5), underWay.begin('ann', 4)]).toEqual([false, true]);
  underWay.end('ann', 6);
  underWay.end('ann', 4);
  expect(underWay.begin('ann', 10)).toBe(true);
});
