import { expect, test } from 'vitest';
import { makeScenario } from './make-scenario.ts';
import { redSeeds, seedsFrom, WORLDS_OF_EACH_KIND } from './red-seeds.ts';
import { runScenario } from './run-scenario.ts';
import { kindsOfHalf } from './world-kinds.ts';

const MINUTES = 60_000;
const WITHOUT_FAULTS = 6;
const TWICE = 3;

test.each(kindsOfHalf('first'))(
  'devices, people and a server lose nothing and end equal, whatever fails: %s',
  {
    timeout: 5 * MINUTES,
  },
  async (kind) => {
    expect(await redSeeds(seedsFrom(1, WORLDS_OF_EACH_KIND), { kind, faults: true })).toEqual([]);
  },
);

test('they do where nothing fails', { timeout: 5 * MINUTES }, async () => {
  expect(await redSeeds(seedsFrom(5_001, WITHOUT_FAULTS), { faults: false })).toEqual([]);
});

test('a seed is the same world, step by step, each time', { timeout: 5 * MINUTES }, async () => {
  for (const seed of seedsFrom(9_001, TWICE)) {
    const scenario = makeScenario(seed);
    const [first, second] = [await runScenario(scenario), await runScenario(scenario)];
    expect([second.traceHash, second.lastedMs]).toEqual([first.traceHash, first.lastedMs]);
  }
});
