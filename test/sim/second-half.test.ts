import { expect, test } from 'vitest';
import { redSeeds, seedsFrom, WORLDS_OF_EACH_KIND } from './red-seeds.ts';
import { kindsOfHalf } from './world-kinds.ts';

// A file of its own, so that two processors have something to do.
test.each(kindsOfHalf('second'))(
  'and so they do in the other kinds of worlds: %s',
  { timeout: 300_000 },
  async (kind) => {
    expect(await redSeeds(seedsFrom(1, WORLDS_OF_EACH_KIND), { kind, faults: true })).toEqual([]);
  },
);
