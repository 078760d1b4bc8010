import { limits } from '@tidesync/shared/limits';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pool, SliceHolder } from './quota-slices.ts';
import {
  freeBytesOf,
  idleBytesOf,
  planReclaim,
  shortBytesOf,
  sliceToGiveBack,
  sliceToTake,
} from './quota-slices.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const pool = (limitBytes: number, slicedBytes = 0): Pool => ({ limitBytes, slicedBytes });
const member = (sliceBytes: number, usedBytes = 0, reservedBytes = 0): SliceHolder => {
  return { sliceBytes, usedBytes, reservedBytes };
};

describe('a member takes of the pool', () => {
  test.each<[why: string, of: Pool, shortBytes: number, taken: number | null]>([
    ['a stock of an eighth of what is free', pool(4 * GIB), 1 * MIB, 512 * MIB],
    ['a stock of 1 GiB at most', pool(1_000 * GIB), 1 * MIB, 1 * GIB],
    ['a stock of 64 MiB at least', pool(300 * MIB), 1 * MIB, 64 * MIB],
    ['what it needs, if that is more than a stock', pool(300 * MIB), 100 * MIB, 100 * MIB],
    ['all that is left, if that is less than a stock', pool(300 * MIB, 290 * MIB), 1 * MIB, 10 * MIB],
    ['the last byte', pool(100, 90), 10, 10],
    ['nothing of what is not there', pool(100, 90), 11, null],
    ['nothing of a pool whose limit was lowered', pool(100, 200), 1, null],
  ])('%s', (_why, of, shortBytes, taken) => {
    expect(sliceToTake(of, shortBytes)).toBe(taken);
  });
});

describe('a member gives back', () => {
  test.each<[why: string, of: Pool, holder: SliceHolder, given: number]>([
    ['nothing of a stock', pool(100 * GIB), member(2 * GIB, 1, 1), 0],
    ['all but a stock of what is far too much', pool(100 * GIB), member(5 * GIB, 1 * GIB, 1 * GIB), 2 * GIB],
    ['more as the pool runs low', pool(10 * GIB, 9.9 * GIB), member(1 * GIB), 1 * GIB - 64 * MIB],
    ['what the pool is over its limit', pool(100, 150), member(80, 10, 10), 50],
    ['nothing that is in use', pool(100, 150), member(80, 40, 40), 0],
  ])('%s', (_why, of, holder, given) => {
    expect(sliceToGiveBack(of, holder)).toBe(given);
  });
});

const bytes = fc.integer({ min: 0, max: 2 ** 45 });
const pools = fc.record({ limitBytes: bytes, slicedBytes: bytes });
const holders = fc
  .record({ usedBytes: bytes, reservedBytes: bytes, idleBytes: bytes })
  .map(({ idleBytes, ...rest }) => ({
    ...rest,
    sliceBytes: rest.usedBytes + rest.reservedBytes + idleBytes,
  }));

describe('laws:', () => {
  test('[Q3] a pool hands out all it has and never more, and always enough', () => {
    fc.assert(
      fc.property(pools, bytes, (of, shortBytes) => {
        const taken = sliceToTake(of, shortBytes);
        if (taken === null) return freeBytesOf(of) < shortBytes;
        return taken >= shortBytes && taken <= freeBytesOf(of);
      }),
    );
  });

  test('[Q6] nobody gives back what it uses or holds, and giving back comes to rest', () => {
    fc.assert(
      fc.property(pools, holders, (of, holder) => {
        const given = sliceToGiveBack(of, holder);
        expect(given).toBeLessThanOrEqual(Math.min(idleBytesOf(holder), Math.max(0, holder.sliceBytes)));
        const after = { ...holder, sliceBytes: holder.sliceBytes - given };
        const poolAfter = { ...of, slicedBytes: Math.max(0, of.slicedBytes - given) };
        if (poolAfter.slicedBytes <= poolAfter.limitBytes && of.slicedBytes <= of.limitBytes) {
          expect(sliceToGiveBack(poolAfter, after)).toBe(0);
        }
      }),
    );
  });

  test('[Q6] what a member takes it does not give back before the pool runs low', () => {
    fc.assert(
      fc.property(pools, fc.integer({ min: 1, max: limits.sliceBytesMin }), (of, shortBytes) => {
        const taken = sliceToTake(of, shortBytes);
        if (taken === null) return;
        const after = { ...of, slicedBytes: of.slicedBytes + taken };
        expect(sliceToGiveBack(after, member(taken, shortBytes))).toBe(0);
      }),
    );
  });

  test('[Q5] what is gathered from others is exactly what is needed, and nothing that they use', () => {
    const donors = fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 8 });
    fc.assert(
      fc.property(donors, fc.integer({ min: 0, max: 5_000 }), (idles, neededBytes) => {
        const asked = idles.map((idleBytes, id) => ({ id, idleBytes }));
        const plan = planReclaim(asked, neededBytes);
        const allBytes = idles.reduce((sum, one) => sum + one, 0);
        if (plan === null) return allBytes < neededBytes;
        for (const { id, sizeBytes } of plan) expect(sizeBytes).toBeLessThanOrEqual(idles[id] ?? 0);
        return plan.reduce((sum, one) => sum + one.sizeBytes, 0) === neededBytes;
      }),
    );
  });

  test('a member that is short by nothing has room', () => {
    fc.assert(
      fc.property(holders, bytes, (holder, wantedBytes) => {
        expect(shortBytesOf(holder, wantedBytes) === 0).toBe(wantedBytes <= idleBytesOf(holder));
      }),
    );
  });
});
